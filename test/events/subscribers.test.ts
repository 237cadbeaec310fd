/** Who is given which event, in which order, and how a subscription ends. */
import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../src/errors.ts';
import type { ChangeStream } from '../../src/events/changes.ts';
import { ALL_RIGHTS } from '../../src/media/model/rights.ts';
import { codeOf, documentsOf, drain, openSubscribers, take } from './subscribed.ts';

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
