/** Cursors of subscriptions: what followed an event is given once, with no gap, or the subscription ends. */
import { describe, expect, test } from 'vitest';
import { Seal } from '../../src/seal.ts';
import { TEST_SECRET } from '../support/settings.ts';
import { codeOf, documentsOf, drain, mr, openSubscribers, take } from './subscribed.ts';

const ADA = mr('SYN-A');
const ROOMY = { bufferedEvents: 1000 };

describe('a cursor', () => {
  test('gives what followed it, then what is new, with no gap and nothing twice', async () => {
    const { subscribe, record, subscribers, delivered, counts } = openSubscribers({ limits: ROOMY });
    const before = subscribe();
    const ids = [];
    for (let at = 0; at < 250; at += 1) ids.push(await record());
    const [first] = await take(before, 1);
    const stream = subscribe({ after: first?.cursor ?? '' });
    const replayed = await take(stream, 150);
    // Recorded while it is still behind: they are read from the inbox, or offered, and never both.
    for (let at = 0; at < 50; at += 1) ids.push(await record());
    const rest = await take(stream, 149);
    // It waits for the next one, as readers do, and so is live.
    const next = take(stream, 1);
    for (let at = 0; at < 50; at += 1) ids.push(await record());
    const live = [...(await next), ...(await drain(subscribers, stream))];
    expect(documentsOf([...replayed, ...rest, ...live])).toEqual(ids.slice(1));
    expect(counts.replays).toBe(1);
    expect(delivered.filter((from) => from === 'live')).toHaveLength(1 + live.length);
    expect(live).toHaveLength(50);
  });

  test('is caught up with before the inbox tells of what it can be read of: nothing is given twice', async () => {
    const { subscribe, record, inbox, subscribers } = openSubscribers();
    const before = subscribe();
    await record();
    const [first] = await take(before, 1);
    await record();
    const recorded = await inbox.readAfter('test.0', 1);
    const stream = subscribe({ after: first?.cursor ?? '' });
    await take(stream, 1);
    const next = take(stream, 1);
    // As another replica's inbox, which hears of events later than it can read them.
    await new Promise((resolve) => setImmediate(resolve));
    for (const event of recorded === 'expired' ? [] : recorded) subscribers.recorded(event);
    await record();
    expect(documentsOf(await next)).toEqual(['SYN-D-3']);
    expect(documentsOf(await drain(subscribers, stream))).toEqual([]);
  });

  test('of each event continues after it', async () => {
    const { subscribe, record } = openSubscribers();
    const before = subscribe();
    for (let at = 0; at < 5; at += 1) await record();
    const events = await take(before, 5);
    const streams = events.map(({ cursor }) => subscribe({ after: cursor }));
    const given = [];
    for (const [at, stream] of streams.entries()) given.push(documentsOf(await take(stream, 4 - at)));
    expect(given).toEqual([0, 1, 2, 3, 4].map((at) => documentsOf(events.slice(at + 1))));
    await record();
    for (const stream of streams) expect(documentsOf(await take(stream, 1))).toEqual(['SYN-D-6']);
  });

  test('is the same for all whom the event is given to, and holds nothing that can be read', async () => {
    const { subscribe, record } = openSubscribers();
    const [one, other] = [subscribe(), subscribe({ patients: [[ADA]] })];
    await record({ identifiers: [ADA] });
    const [mine, theirs] = [await take(one, 1), await take(other, 1)];
    expect(mine[0]?.cursor).toBe(theirs[0]?.cursor);
    expect(Buffer.from(mine[0]?.cursor ?? '', 'base64url').toString('latin1')).not.toContain('test');
  });

  test.each([
    ['garbage', () => 'garbage'],
    ['nothing', () => ''],
    ['a list', () => new Seal([TEST_SECRET], 'cursor').close(['test.0'])],
    ['an id', () => new Seal([TEST_SECRET], 'id').close(['test.0'])],
    [
      'another gateway',
      () => new Seal(['another-secret-that-is-long-enough-to-be'], 'change').close(['test.0']),
    ],
    ['another form', () => new Seal([TEST_SECRET], 'change').close(['test.0', 'more'])],
  ])('of %s is BAD_USER_INPUT', (_, cursor) => {
    const { subscribe, subscribers } = openSubscribers();
    expect(codeOf(() => subscribe({ after: cursor() }))).toBe('BAD_USER_INPUT');
    expect(subscribers.count).toBe(0);
  });

  test('that is too old is CURSOR_EXPIRED, never a gap; so is one of an earlier process', async () => {
    const { subscribe, record, ends } = openSubscribers({ maxEvents: 10 });
    const before = subscribe();
    for (let at = 0; at < 5; at += 1) await record();
    const [first, second] = await take(before, 2);
    for (let at = 0; at < 7; at += 1) await record();
    const old = subscribe({ after: first?.cursor ?? '' });
    await expect(old.next()).rejects.toMatchObject({ code: 'CURSOR_EXPIRED' });
    const young = subscribe({ after: second?.cursor ?? '' });
    expect(documentsOf(await take(young, 1))).toEqual(['SYN-D-3']);
    const seal = new Seal([TEST_SECRET], 'change');
    const earlier = subscribe({ after: seal.close(['an-earlier-process.3']) });
    await expect(earlier.next()).rejects.toMatchObject({ code: 'CURSOR_EXPIRED' });
    expect(ends).toEqual(['expired', 'expired']);
  });

  test('expires while it is read too slowly to keep up', async () => {
    const { subscribe, record } = openSubscribers({ maxEvents: 200, limits: ROOMY });
    const before = subscribe();
    for (let at = 0; at < 200; at += 1) await record();
    const [first] = await take(before, 1);
    const stream = subscribe({ after: first?.cursor ?? '' });
    await take(stream, 1);
    for (let at = 0; at < 300; at += 1) await record();
    // The page that was read already.
    await take(stream, 99);
    await expect(stream.next()).rejects.toMatchObject({ code: 'CURSOR_EXPIRED' });
    expect(await stream.next()).toEqual({ value: undefined, done: true });
  });

  test('made before a rotation of secrets still opens', async () => {
    const { subscribe } = openSubscribers({ secrets: ['the-new-secret-that-is-long-enough-1', TEST_SECRET] });
    const cursor = new Seal([TEST_SECRET], 'change').close(['test.0']);
    expect(codeOf(() => subscribe({ after: cursor }))).toBeNull();
  });
});
