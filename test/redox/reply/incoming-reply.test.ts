/** Which replies are held until they are whole, and how much of them. */
import { expect, test } from 'vitest';

import { IncomingReply } from '../../../src/redox/reply/incoming-reply.ts';
import { ReplyRelay } from '../../../src/redox/reply/reply-relay.ts';
import { finishAtOnce } from '../../../src/turns.ts';
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
  return { held, documents: finishAtOnce(reply.end()).items.length };
}

test('a small reply is held until it is whole', () => {
  const bytes = replyOf(50, 300);
  const { held, documents } = receive(new IncomingReply('skip'), bytes, 10_000);
  expect(held).toEqual([10_000, 20_000, bytes.length].map((length) => Math.min(length, bytes.length)));
  expect(documents).toBe(50);
});

test('so is a larger one of small files, up to 256 kB', () => {
  const bytes = replyOf(250, 600);
  expect(bytes.length).toBeGreaterThan(3 * CHUNK_BYTES);
  expect(receive(new IncomingReply('digest'), bytes)).toEqual({
    held: [CHUNK_BYTES, 2 * CHUNK_BYTES, 3 * CHUNK_BYTES, bytes.length],
    documents: 250,
  });
  const { held, documents } = receive(new IncomingReply('digest'), replyOf(500, 600));
  expect(held.slice(0, 4)).toEqual([1, 2, 3, 4].map((chunks) => chunks * CHUNK_BYTES));
  expect(held[4]).toBeLessThan(CHUNK_BYTES);
  expect(documents).toBe(500);
});

test('of one of larger files no file is held', () => {
  const { held, documents } = receive(new IncomingReply('skip'), replyOf(9, 20_000));
  expect(held[0]).toBe(CHUNK_BYTES);
  expect(Math.max(...held.slice(1))).toBeLessThan(1000);
  expect(documents).toBe(9);
});

test('nor of one in very many pieces', () => {
  const { held, documents } = receive(new IncomingReply('skip'), replyOf(9, 300), 10);
  expect(Math.max(...held.slice(0, 64))).toBe(640);
  expect(held[64]).toBeLessThan(640);
  expect(documents).toBe(9);
});

test('nor of one that a relay passes on while it arrives', () => {
  const reply = new IncomingReply(new ReplyRelay([]));
  const { held, documents } = receive(reply, replyOf(50, 300), 10_000);
  expect(Math.max(...held)).toBeLessThan(4000);
  expect(documents).toBe(50);
});
