/** Which replies are held until they are whole, and how much of them. */
import { expect, test } from 'vitest';

import { IncomingReply } from '../../../src/redox/reply/incoming-reply.ts';
import { ReplyRelay } from '../../../src/redox/reply/reply-relay.ts';
import { cutBefore } from './read-reply.ts';

const CHUNK_BYTES = 65_536;

function replyOf(documents: number, fileBytes: number): Buffer {
  const file = Buffer.alloc(fileBytes, 'SYN').toString('base64');
  const entry = (at: number) => ({ DocumentID: `SYN-${at}`, FileContents: file });
  return Buffer.from(
    JSON.stringify({ Meta: {}, Media: Array.from({ length: documents }, (_, at) => entry(at)) }),
  );
}

/** How many bytes are held after each chunk, and the documents in the end. */
function receive(reply: IncomingReply, bytes: Buffer, chunkBytes = CHUNK_BYTES) {
  const cuts = Array.from(
    { length: Math.ceil(bytes.length / chunkBytes) - 1 },
    (_, at) => (at + 1) * chunkBytes,
  );
  const held = cutBefore(bytes, cuts).map((chunk) => {
    reply.push(chunk);
    return reply.heldBytes;
  });
  const work = reply.end();
  let [steps, step] = [0, work.next()];
  for (; step.done !== true; step = work.next()) steps += 1;
  return { held, steps, documents: step.value.items.length };
}

test('a small reply is held until it is whole', () => {
  const bytes = replyOf(50, 300);
  const { held, documents } = receive(new IncomingReply('skip'), bytes, 10_000);
  expect(held).toEqual([10_000, 20_000, bytes.length].map((length) => Math.min(length, bytes.length)));
  expect(documents).toBe(50);
});

test('so is a larger one of small files, up to 512 kB', () => {
  const bytes = replyOf(600, 600);
  expect(bytes.length).toBeGreaterThan(7 * CHUNK_BYTES);
  expect(receive(new IncomingReply('digest'), bytes)).toEqual({
    held: [...[1, 2, 3, 4, 5, 6, 7].map((chunks) => chunks * CHUNK_BYTES), bytes.length],
    steps: 1,
    documents: 600,
  });
});

test('what was held of a longer one is read little by little, until no more than its text is held', () => {
  const { held, documents } = receive(new IncomingReply('digest'), replyOf(1400, 600));
  expect(held.slice(0, 8)).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((chunks) => chunks * CHUNK_BYTES));
  expect(Math.max(...held)).toBe(8 * CHUNK_BYTES);
  expect(held.at(-1)).toBeLessThan(CHUNK_BYTES);
  expect(documents).toBe(1400);
});

test('one of too many documents to be read in one step is read in several', () => {
  const bytes = replyOf(4000, 1);
  expect(bytes.length).toBeLessThan(4 * CHUNK_BYTES);
  const { held, steps, documents } = receive(new IncomingReply('digest'), bytes);
  expect(held.at(-1)).toBe(bytes.length);
  // A try, each chunk, and 250 documents each.
  expect(steps).toBe(1 + held.length + 4000 / 250);
  expect(documents).toBe(4000);
});

test('of one of larger files no file is held', () => {
  const { held, documents } = receive(new IncomingReply('skip'), replyOf(9, 20_000));
  expect(held[0]).toBe(CHUNK_BYTES);
  expect(Math.max(...held.slice(1))).toBeLessThan(1000);
  expect(documents).toBe(9);
});

test('nor of one in very many pieces', () => {
  const { held, documents } = receive(new IncomingReply('skip'), replyOf(9, 300), 10);
  expect(held[63]).toBe(640);
  expect(Math.max(...held)).toBeLessThan(1000);
  expect(documents).toBe(9);
});

test('nor of one that a relay passes on while it arrives', () => {
  const reply = new IncomingReply(new ReplyRelay([]));
  const { held, documents } = receive(reply, replyOf(50, 300), 10_000);
  expect(Math.max(...held)).toBeLessThan(4000);
  expect(documents).toBe(50);
});
