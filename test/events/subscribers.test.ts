/** Who is given which event, in which order, and how a subscription ends. */
import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../src/errors.ts';
import { ChangeMatcher } from '../../src/events/change-matcher.ts';
import type { ChangeRequest, ChangeStream } from '../../src/events/changes.ts';
import type { MediaChange } from '../../src/events/media-change.ts';
import { SubscriberIndex } from '../../src/events/subscriber-index.ts';
import { destinationAlias } from '../../src/media/model/keys.ts';
import { ALL_RIGHTS } from '../../src/media/model/rights.ts';
import { Seal } from '../../src/seal.ts';
import { TEST_SECRET } from '../support/settings.ts';
import { changeOf } from './received.ts';
import {
  documentsOf,
  drain,
  GENERAL,
  mr,
  openSubscribers,
  requestFor,
  rightsOf,
  take,
} from './subscribed.ts';

const ADA = mr('SYN-A');
const BEN = mr('SYN-B');
const ADA_AT_EHR = { id: 'SYN-E', idType: 'EHRID' };

const ROOMY = { bufferedEvents: 1000 };

const codeOf = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    if (error instanceof GatewayError) return error.code;
    throw error;
  }
  return null;
};

describe('a filter', () => {
  test.each<[string, Partial<ChangeRequest>, Partial<MediaChange>, boolean]>([
    ['none: any event', {}, {}, true],
    ['none: an event of another destination', {}, { destination: destinationAlias('county') }, false],
    ['a patient by one of its identifiers', { patients: [[ADA]] }, { identifiers: [ADA_AT_EHR, ADA] }, true],
    ['a patient by all of them', { patients: [[ADA, ADA_AT_EHR]] }, { identifiers: [ADA_AT_EHR, ADA] }, true],
    [
      'a patient by more than the event names',
      { patients: [[ADA, ADA_AT_EHR]] },
      { identifiers: [ADA] },
      false,
    ],
    ['another patient', { patients: [[ADA]] }, { identifiers: [BEN] }, false],
    ['an ID of another IDType', { patients: [[ADA]] }, { identifiers: [{ ...ADA, idType: 'EHRID' }] }, false],
    ['one of two patients', { patients: [[ADA], [BEN]] }, { identifiers: [BEN] }, true],
    ['patients, and an event without any', { patients: [[ADA]] }, {}, false],
    ['no patients at all', { patients: [] }, { identifiers: [ADA] }, false],
    ['a visit', { visitNumbers: ['42'] }, { visitNumber: '0042' }, true],
    ['another visit', { visitNumbers: ['42'] }, { visitNumber: '43' }, false],
    ['visits, and an event without one', { visitNumbers: ['42'] }, {}, false],
    ['a type', { documentTypes: ['Consent Form'] }, { documentType: 'consent  form' }, true],
    ['another type', { documentTypes: ['Consent Form'] }, { documentType: 'Photo' }, false],
    ['a kind', { kinds: ['DELETED', 'SAVED'] }, { kind: 'DELETED' }, true],
    ['another kind', { kinds: ['DELETED'] }, { kind: 'SAVED' }, false],
    ['no kind at all', { kinds: [] }, { kind: 'SAVED' }, false],
    [
      'patient and visit',
      { patients: [[ADA]], visitNumbers: ['1'] },
      { identifiers: [ADA], visitNumber: '1' },
      true,
    ],
    [
      'a patient and another visit',
      { patients: [[ADA]], visitNumbers: ['1'] },
      { identifiers: [ADA] },
      false,
    ],
  ])('%s', async (_, filter, event, isGiven) => {
    const { subscribe, record, subscribers } = openSubscribers();
    const stream = subscribe(filter);
    await record(event);
    expect(await drain(subscribers, stream)).toHaveLength(isGiven ? 1 : 0);
  });

  test('that names a patient in two ways gives its event once, with the patient as it was named', async () => {
    const { subscribe, record, subscribers } = openSubscribers();
    const stream = subscribe({ patients: [[ADA], [ADA_AT_EHR]] });
    await record({ identifiers: [ADA_AT_EHR, ADA] });
    const events = await drain(subscribers, stream);
    expect(events.map(({ requested }) => requested)).toEqual([[ADA_AT_EHR]]);
  });
});

test('an event that could not be read is given to nobody', async () => {
  const { subscribe, inbox, subscribers } = openSubscribers();
  const stream = subscribe();
  const event = { kind: 'UNREADABLE', reason: 'malformed', destination: GENERAL } as const;
  await inbox.record({ event, digest: 'a', series: 'a', replacedSeries: null, sentAt: null });
  expect(await drain(subscribers, stream)).toEqual([]);
});

describe('rights', () => {
  test.each<[string, Partial<ChangeRequest>, string | null]>([
    ['no filter', {}, 'FORBIDDEN'],
    ['a filter of other kinds', { visitNumbers: ['1'], kinds: ['SAVED'] }, 'FORBIDDEN'],
    ['another patient', { patients: [[BEN]] }, 'FORBIDDEN'],
    ['another patient beside one of theirs', { patients: [[ADA], [BEN]] }, 'FORBIDDEN'],
    ['one of theirs', { patients: [[ADA]] }, null],
    ['one of theirs by more identifiers', { patients: [[ADA_AT_EHR, ADA]] }, null],
    ['no patient at all', { patients: [] }, null],
  ])('of some patients, and %s', (_, filter, code) => {
    const { subscribe, subscribers } = openSubscribers();
    expect(codeOf(() => subscribe(filter, rightsOf(ADA)))).toBe(code);
    expect(subscribers.count).toBe(code === null ? 1 : 0);
  });

  test('without media:read, and of other destinations', () => {
    const { subscribe } = openSubscribers();
    const unable = { ...ALL_RIGHTS, scopes: new Set(['media:write', 'content:read']) };
    expect(codeOf(() => subscribe({}, unable))).toBe('FORBIDDEN');
    const elsewhere = { ...ALL_RIGHTS, destinations: new Set([destinationAlias('county')]) };
    expect(codeOf(() => subscribe({}, elsewhere))).toBe('FORBIDDEN');
    expect(codeOf(() => subscribe({ destination: destinationAlias('county') }, elsewhere))).toBeNull();
  });

  test('are checked again at each event, also of those that are replayed', async () => {
    const { subscribe, record } = openSubscribers();
    const all = subscribe();
    await record();
    const [first] = await take(all, 1);
    await record({ identifiers: [BEN, ADA] });
    await record({ identifiers: [BEN] });
    // The cursor of a caller with all rights, in the hands of one who has not.
    const stream = subscribe({ patients: [[ADA]], after: first?.cursor ?? '' }, rightsOf(ADA));
    await take(stream, 1);
    await record({ identifiers: [BEN] });
    await record({ identifiers: [] });
    await record({ identifiers: [ADA] });
    expect(documentsOf(await take(stream, 1))).toEqual(['SYN-D-6']);
  });
});

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

describe('a reader that asks whether there is an event', () => {
  const readyOf = (stream: ChangeStream) => new Promise<void>((resolve) => stream.whenReady(resolve));

  /** Whether it is told so at once. */
  const isReady = (stream: ChangeStream) => {
    let isTold = false;
    stream.whenReady(() => {
      isTold = true;
    });
    return isTold;
  };

  test('is told once when one is offered', async () => {
    const { subscribe, record } = openSubscribers();
    const stream = subscribe();
    expect(isReady(stream)).toBe(false);
    let told = 0;
    stream.whenReady(() => {
      told += 1;
    });
    await record();
    await record();
    expect(told).toBe(1);
    expect(isReady(stream)).toBe(true);
    expect(documentsOf(await take(stream, 2))).toEqual(['SYN-D-1', 'SYN-D-2']);
    expect(isReady(stream)).toBe(false);
  });

  test('is told of the end, also while it waits', async () => {
    const { subscribe } = openSubscribers();
    const stream = subscribe();
    const ready = readyOf(stream);
    await stream.return();
    await ready;
    expect(isReady(stream)).toBe(true);
    expect(await stream.next()).toEqual({ value: undefined, done: true });
  });

  test('is told of an error once: after it there is nothing more', async () => {
    const { subscribe, subscribers } = openSubscribers();
    const stream = subscribe();
    const ready = readyOf(stream);
    subscribers.missed();
    await ready;
    await expect(stream.next()).rejects.toMatchObject({ code: 'CURSOR_EXPIRED' });
    expect(await stream.next()).toEqual({ value: undefined, done: true });
  });

  test('asks at once while it replays, and waits after that', async () => {
    const { subscribe, record } = openSubscribers();
    const before = subscribe();
    await record();
    const [first] = await take(before, 1);
    await record();
    const stream = subscribe({ after: first?.cursor ?? '' });
    expect(isReady(stream)).toBe(true);
    expect(documentsOf(await take(stream, 1))).toEqual(['SYN-D-2']);
    const next = stream.next();
    await record();
    expect((await next).value?.change.documentId).toBe('SYN-D-3');
    expect(isReady(stream)).toBe(false);
  });

  test('misses none, when it did not wait for the answer', async () => {
    const { subscribe, record } = openSubscribers();
    const stream = subscribe();
    void readyOf(stream);
    const next = stream.next();
    await record();
    await record();
    expect((await next).value?.change.documentId).toBe('SYN-D-1');
    expect(documentsOf(await take(stream, 1))).toEqual(['SYN-D-2']);
  });
});

describe('a subscription ends', () => {
  test('when it is read too slowly, with the cursor after which nothing is missed', async () => {
    const { subscribe, record, subscribers, ends } = openSubscribers({ limits: { bufferedEvents: 10 } });
    const stream = subscribe();
    await record();
    const [first] = await take(stream, 1);
    for (let at = 0; at < 11; at += 1) await record();
    expect([subscribers.count, subscribers.buffered, ends]).toEqual([0, 0, ['slow']]);
    const error: unknown = await stream.next().catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'OVERLOADED',
      extensions: { cursor: first?.cursor, retryable: true },
    });
    const again = subscribe({ after: first?.cursor ?? '' });
    const missed = Array.from({ length: 11 }, (_, at) => `SYN-D-${at + 2}`);
    expect(documentsOf(await take(again, 11))).toEqual(missed);
  });

  test('when it was never read: the cursor is where it began', async () => {
    const { subscribe, record } = openSubscribers({ limits: { bufferedEvents: 1 } });
    const other = subscribe();
    await record();
    const [last] = await take(other, 1);
    const stream = subscribe();
    await record();
    await record();
    await expect(stream.next()).rejects.toMatchObject({ extensions: { cursor: last?.cursor } });
  });

  test('when its event may not leave: the cursor is that of the event before it', async () => {
    const { subscribe, record, ends } = openSubscribers();
    const stream = subscribe();
    await record();
    await record();
    const [first] = await take(stream, 2);
    const thrown = stream.throw(new GatewayError('OVERLOADED'));
    await expect(thrown).rejects.toMatchObject({ code: 'OVERLOADED', extensions: { cursor: first?.cursor } });
    expect(ends).toEqual(['failed']);
    expect(await stream.next()).toEqual({ value: undefined, done: true });
  });

  test('when events were missed', async () => {
    const { subscribe, record, subscribers } = openSubscribers();
    const stream = subscribe();
    await record();
    subscribers.missed();
    await expect(stream.next()).rejects.toMatchObject({ code: 'CURSOR_EXPIRED' });
    expect(subscribers.count).toBe(0);
  });

  test('when the inbox cannot be read, with its cursor', async () => {
    const { subscribe, record, inbox } = openSubscribers();
    const before = subscribe();
    await record();
    const [first] = await take(before, 1);
    inbox.readAfter = () => Promise.reject(new Error('Redis is away'));
    const stream = subscribe({ after: first?.cursor ?? '' });
    await expect(stream.next()).rejects.toMatchObject({
      code: 'OVERLOADED',
      extensions: { cursor: first?.cursor },
    });
  });

  test('when the gateway stops: after what it was offered already', async () => {
    const { subscribe, record, subscribers, ends } = openSubscribers();
    const stream = subscribe();
    await record();
    await record();
    expect(documentsOf(await drain(subscribers, stream))).toEqual(['SYN-D-1', 'SYN-D-2']);
    expect(ends).toEqual(['stopping']);
    expect(codeOf(() => subscribe())).toBe('OVERLOADED');
  });

  test('at once with its reader, also while that waits for an event', async () => {
    const { subscribe, record, subscribers } = openSubscribers();
    const stream = subscribe();
    const waiting = stream.next();
    expect(await stream.return()).toEqual({ value: undefined, done: true });
    expect(await waiting).toEqual({ value: undefined, done: true });
    await record();
    expect([subscribers.count, subscribers.buffered]).toEqual([0, 0]);
  });

  test.each([
    ['the error that a signal is fired with', new GatewayError('UNAUTHENTICATED'), 'UNAUTHENTICATED'],
    ['nothing but its end, for any other reason', undefined, null],
  ])('with %s', async (_, reason, code) => {
    const { subscribe, record, subscribers } = openSubscribers();
    const controller = new AbortController();
    const [waiting, holding] = [1, 2].map(() => subscribe({}, ALL_RIGHTS, { signal: controller.signal }));
    await record();
    await waiting?.next();
    const next = waiting?.next();
    controller.abort(reason);
    for (const one of [next, holding?.next()]) {
      if (code === null) expect(await one).toEqual({ value: undefined, done: true });
      else await expect(one).rejects.toMatchObject({ code });
    }
    expect([subscribers.count, subscribers.buffered]).toEqual([0, 0]);
    const late = subscribe({}, ALL_RIGHTS, { signal: controller.signal });
    if (code === null) expect(await late.next()).toEqual({ value: undefined, done: true });
    else await expect(late.next()).rejects.toMatchObject({ code });
    expect(subscribers.count).toBe(0);
  });
});

describe('limits', () => {
  test('of one caller, which others do not feel, and which end with the subscription', async () => {
    const { subscribe } = openSubscribers({ limits: { subscriptionsPerCaller: 2 } });
    const [first] = [subscribe(), subscribe()];
    expect(codeOf(() => subscribe())).toBe('RATE_LIMITED');
    expect(codeOf(() => subscribe({}, ALL_RIGHTS, { subject: 'another' }))).toBeNull();
    await first.return();
    expect(codeOf(() => subscribe())).toBeNull();
    expect(codeOf(() => subscribe())).toBe('RATE_LIMITED');
  });

  test('of all callers', () => {
    const { subscribe } = openSubscribers({ limits: { subscriptions: 2 } });
    for (const subject of ['a', 'b']) subscribe({}, ALL_RIGHTS, { subject });
    expect(codeOf(() => subscribe({}, ALL_RIGHTS, { subject: 'c' }))).toBe('OVERLOADED');
  });

  test('of the filters of one caller, and of all', () => {
    const { subscribe } = openSubscribers();
    const visitNumbers = ['v'.repeat(2_000_000)];
    const open = (subject: string) => codeOf(() => subscribe({ visitNumbers }, ALL_RIGHTS, { subject }));
    const codes = ['a', 'a', 'a', 'b', 'b', 'c', 'c', 'd', 'd', 'e'].map(open);
    expect(codes).toEqual([null, null, 'RATE_LIMITED', null, null, null, null, null, null, 'OVERLOADED']);
  });
});

describe('the index', () => {
  const subscriberTo = (fields: Partial<ChangeRequest>) => ({
    matcher: new ChangeMatcher(requestFor(fields), ALL_RIGHTS),
  });

  test('finds those alone whom an event may concern, however many there are', () => {
    const index = new SubscriberIndex<ReturnType<typeof subscriberTo>>();
    const subscribers = Array.from({ length: 1000 }, (_, at) =>
      subscriberTo({ patients: [[mr(`SYN-${at % 100}`)]] }),
    );
    for (const one of subscribers) index.add(one);
    const ofVisit = subscriberTo({ visitNumbers: ['7'] });
    const ofAny = subscriberTo({ kinds: ['SAVED'] });
    for (const one of [ofVisit, ofAny]) index.add(one);
    const concerned = (fields: Partial<MediaChange>) => [...index.concernedBy(changeOf(fields))];
    expect(concerned({ identifiers: [mr('SYN-7')] })).toEqual([
      ofAny,
      ...subscribers.filter((_, at) => at % 100 === 7),
    ]);
    expect(concerned({ identifiers: [mr('SYN-7'), mr('SYN-8')], visitNumber: '07' })).toHaveLength(22);
    expect(concerned({ destination: destinationAlias('county') })).toEqual([]);
    for (const one of [...subscribers, ofVisit, ofAny]) index.delete(one);
    expect(concerned({ identifiers: [mr('SYN-7')], visitNumber: '7' })).toEqual([]);
  });

  test('finds each once, also one that is named in two ways', () => {
    const index = new SubscriberIndex<ReturnType<typeof subscriberTo>>();
    const both = subscriberTo({ patients: [[ADA], [ADA_AT_EHR]] });
    index.add(both);
    expect([...index.concernedBy(changeOf({ identifiers: [ADA, ADA_AT_EHR] }))]).toEqual([both]);
  });
});
