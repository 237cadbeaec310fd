/** Whatever a Redis replies: nothing fails but the sharing, nothing is believed that no replica sealed, and nothing waits for ever. */
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { destinationId } from '../../src/media/model/keys.ts';
import { InboxEntries } from '../../src/redis/inbox-entry.ts';
import { SharedInbox } from '../../src/redis/shared-inbox.ts';
import { Seal } from '../../src/seal.ts';
import { receivedEvent } from '../events/received.ts';
import { fuzz } from '../support/fuzz.ts';
import { until } from '../support/until.ts';
import { bulk, list, number, RATE, SECRETS, startParts, text, UNKNOWN } from './redis-parts.ts';

type Parts = Awaited<ReturnType<typeof startParts>>;

/** The inbox of events, and how many it was heard to hold, or to miss. It asks Redis by itself, dozens of times a second. */
function openInbox({ connection, clock }: Parts) {
  const entries = new InboxEntries(new Seal(SECRETS, 'event'), new Set(['general']));
  const inbox = new SharedInbox(connection, {
    entries,
    hash: (one) => one,
    name: 'name',
    maxEvents: 9,
    clock,
  });
  onTestFinished(() => inbox.close());
  const heard = { recorded: 0, missed: 0 };
  inbox.listen({ recorded: () => (heard.recorded += 1), missed: () => (heard.missed += 1) });
  return { inbox, heard };
}

/** A Redis that lies may say that an event was recorded; that it holds one, it cannot. */
async function useInbox(inbox: SharedInbox): Promise<void> {
  const recorded = await inbox.record(receivedEvent('d')).catch(() => 'refused');
  expect(['recorded', 'repeated', 'refused']).toContain(recorded);
  await inbox.catchUp();
  for (const position of [null, inbox.newest, '1-1.AAAAAAAAAAAAAAAA']) {
    const events = await inbox.readAfter(position, 10).catch(() => 'expired' as const);
    if (events !== 'expired') expect(events).toEqual([]);
  }
}

const line = fc.string({ maxLength: 20 }).map((text) => text.replaceAll(/[\r\n]/g, ' '));

/** Replies in Redis's protocol, nested as ours are and deeper. */
const replies = fc.letrec<{ reply: string }>((tie) => ({
  reply: fc.oneof(
    { maxDepth: 4 },
    text.map(bulk),
    number.map((value) => `:${value}\r\n`),
    line.map((value) => `+${value}\r\n`),
    fc
      .tuple(fc.constantFrom('ERR', 'READONLY', 'WRONGTYPE', 'NOPERM', 'OOM', 'SYN-1', ''), line)
      .map(([code, words]) => `-${code} ${words}\r\n`),
    fc.constantFrom('$-1\r\n', '*-1\r\n', '*0\r\n', ':1\r\n', '+OK\r\n'),
    fc.tuple(number, number).map((pair) => list(pair.map((value) => `:${value}\r\n`))),
    fc.tuple(text, number).map(([value, rest]) => list([bulk(value), `:${rest}\r\n`])),
    fc
      .array(fc.tuple(fc.constantFrom('1-1', '2-1', 'x'), fc.array(text, { maxLength: 12 })), {
        maxLength: 3,
      })
      .map((entries) => list(entries.map(([id, fields]) => list([bulk(id), list(fields.map(bulk))])))),
    fc.array(tie('reply'), { maxLength: 4 }).map(list),
  ),
})).reply;

async function useAll({ token, quota, writes, order, replicas }: Parts, key: string): Promise<void> {
  expect(await token.read()).toBeNull();
  await (await token.lock())?.();
  await token.write({ value: 'abc', gotAtMs: 0, renewAtMs: 1, expiresAtMs: 2 });
  const begun = await writes.begin(key, 'f');
  expect([null, UNKNOWN]).toContainEqual(begun);
  await writes.finish(key, { fingerprint: 'f', result: { logIds: ['l'], traceId: null } });
  await writes.reserve(key);
  await writes.release(key);
  await (await order.begin(destinationId('destination'), { patient: [{ idType: 'MR', id: 'SYN-1' }] }))();
  const reading = await order.read(destinationId('destination'));
  // No question waits for a write that no replica has signed.
  expect(reading?.news.every(({ kind }) => kind === 'answered') ?? true).toBe(true);
  const wanted = quota.delayMs;
  expect(wanted).toBeGreaterThanOrEqual(0);
  expect(wanted).toBeLessThanOrEqual(RATE.windowMs);
  quota.start().end();
  expect(replicas.count).toBeGreaterThanOrEqual(1);
  expect(replicas.count).toBeLessThanOrEqual(100);
}

test('replies of any form break nothing, and nothing in them is believed', async () => {
  const parts = await startParts();
  const { inbox, heard } = openInbox(parts);
  let cases = 0;
  await fuzz({
    cases: fc.array(replies, { minLength: 1, maxLength: 8 }),
    atOnce: 10,
    async check(batch) {
      // Past the time alone that the cases before may have led to, so that the quota is asked for again.
      await parts.clock.advance(1001);
      for (const all of batch) {
        let sent = 0;
        parts.server.reply = ([command = '']) =>
          ['CLIENT', 'PING'].includes(command) ? null : (all[sent++ % all.length] ?? null);
        cases += 1;
        await useAll(parts, `key-${cases}`);
        await useInbox(inbox);
        expect(parts.connection.isUp).toBe(true);
      }
    },
  });
  // Said once: the log does not follow each reply.
  expect(parts.reports.slice(0, 2)).toEqual([true, false]);
  expect([heard.recorded, heard.missed > 0]).toEqual([0, true]);
});

test('a stream of events without end is left at its end, and what it may have held is missed', async () => {
  const parts = await startParts();
  const { inbox, heard } = openInbox(parts);
  let commands = 0;
  const entryAt = (at: number) => list([bulk(`${at}-0`), list(['x', String(at)].map(bulk))]);
  parts.server.reply = ([command = '', , from = '', , , count = '1']) => {
    if (command === 'XREVRANGE') return list([]);
    if (command !== 'XRANGE') return null;
    commands += 1;
    const first = Number.parseInt(from, 10) || 0;
    return list(Array.from({ length: Number(count) }, (_, at) => entryAt(first + at)));
  };
  expect(await inbox.catchUp()).toBe(true);
  expect([commands < 10, heard.recorded, heard.missed > 0]).toEqual([true, 0, true]);
});

describe('what is no reply at all', () => {
  test.each([
    ['another protocol', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['a type that there is not', '?1\r\n'],
    ['two replies to one command', '+OK\r\n+OK\r\n'],
    ['a list without end', '*4294967296\r\n'],
    ['a list of no length', '*x\r\n'],
    ['a list that is nested without end', '*1\r\n'.repeat(100_000)],
    ['a text that does not come', '$1000000\r\nabc'],
    ['a list that does not come', '*3\r\n+a\r\n'],
    ['nothing', ''],
  ])('(%s) is a Redis that is away, and a new connection is made', { timeout: 30_000 }, async (_, raw) => {
    const parts = await startParts();
    const { server, clock, connection, writes, reports } = parts;
    server.reply = ([command = '']) => (command === 'CLIENT' ? null : raw);
    const lost = [writes.begin('a', 'f'), writes.begin('b', 'f')];
    await clock.advanceUntil(Promise.all(lost));
    expect(await Promise.all(lost)).toEqual([null, null]);
    const more = writes.begin('c', 'f');
    await clock.advanceUntil(more);
    expect(await more).toBeNull();
    expect(reports).toEqual([true, false]);
    server.reply = ([command = '', script = '']) => {
      if (command !== 'EVAL') return null;
      return script.includes('ZCARD') ? '*2\r\n:3\r\n:0\r\n' : ':1\r\n';
    };
    await until(async () => {
      await clock.advance(1000);
      return connection.isUp && reports.at(-1) === true;
    });
    expect(await writes.begin('d', 'f')).toBeNull();
    expect(parts.replicas.count).toBe(3);
    expect(reports).toEqual([true, false, true]);
  });
});
