/** When a subscription's client hears of an event, and when that it is still there. */
import type { ExecutionResult } from 'graphql';
import { expect, test } from 'vitest';
import { LiveResults } from '../../../src/graphql/server/live-results.ts';
import { Messages } from '../../../src/http/live/messages.ts';
import { FakeClock, settle } from '../../support/fake-clock.ts';

const HEARTBEAT_MS = 1000;

/** A source that says when there is an event, as that of the gateway does; each result is made when the test says so. */
class Source implements AsyncGenerator<ExecutionResult, void, void> {
  readonly log: string[] = [];
  #events = 0;
  #isOver = false;
  #wake = () => {};
  #finish: () => void = () => {};

  event(): void {
    this.#events += 1;
    this.#wake();
  }

  /** The result of the event that is being executed. */
  finish(): void {
    this.#finish();
  }

  whenReady(wake: () => void): void {
    this.log.push('ready?');
    if (this.#events > 0 || this.#isOver) wake();
    else this.#wake = wake;
  }

  async next(): Promise<IteratorResult<ExecutionResult, void>> {
    this.log.push('next');
    if (this.#isOver) return { value: undefined, done: true };
    this.#events -= 1;
    await new Promise<void>((resolve) => {
      this.#finish = resolve;
    });
    return { value: { data: {} }, done: false };
  }

  async return(): Promise<IteratorResult<ExecutionResult, void>> {
    this.#isOver = true;
    this.#wake();
    return { value: undefined, done: true };
  }

  async throw(error: unknown): Promise<IteratorResult<ExecutionResult, void>> {
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}

function openMessages(heartbeatMs = HEARTBEAT_MS) {
  const clock = new FakeClock();
  const source = new Source();
  const results = new LiveResults({ source, write: () => '{}', mask: () => ({ message: 'masked' }) });
  const messages = new Messages({ results, clock, heartbeatMs });
  const ready = () => new Promise<void>((resolve) => messages.whenReady(resolve));
  const take = async () => {
    await ready();
    return messages.next();
  };
  return { clock, source, results, messages, ready, take };
}

test('an event is asked for only when there is one: no promise waits for it, which would keep it once it is old', async () => {
  const { source, messages, ready } = openMessages();
  const waiting = ready();
  await settle();
  expect(source.log).toEqual(['ready?']);
  source.event();
  await waiting;
  const message = messages.next();
  await settle();
  source.finish();
  expect(await message).toEqual({ kind: 'next', json: '{}' });
  expect(source.log).toEqual(['ready?', 'next']);
});

test('between two heartbeats there is one timer, however many messages come', async () => {
  const { clock, source, take } = openMessages();
  for (let count = 0; count < 3; count += 1) {
    const message = take();
    await clock.advance(100);
    expect(clock.nextTimerMs).toBe(HEARTBEAT_MS - (count + 1) * 100);
    source.event();
    await settle();
    source.finish();
    expect(await message).toMatchObject({ kind: 'next' });
    expect(clock.nextTimerMs).toBe(HEARTBEAT_MS - (count + 1) * 100);
  }
  const heartbeat = take();
  await clock.advance(HEARTBEAT_MS - 300);
  expect(await heartbeat).toBeNull();
});

test('a heartbeat is due while an event is executed, and its message comes after it', async () => {
  const { clock, source, take } = openMessages();
  source.event();
  const heartbeat = take();
  await clock.advance(HEARTBEAT_MS);
  expect(await heartbeat).toBeNull();
  const message = take();
  await settle();
  source.finish();
  expect(await message).toMatchObject({ kind: 'next' });
  expect(source.log).toEqual(['ready?', 'next']);
});

test('a heartbeat that is late comes before an event that is there', async () => {
  const { clock, source, take } = openMessages();
  const first = take();
  source.event();
  await settle();
  source.finish();
  await first;
  source.event();
  await clock.advance(HEARTBEAT_MS);
  expect(await take()).toBeNull();
  const second = take();
  await settle();
  source.finish();
  expect(await second).toMatchObject({ kind: 'next' });
});

test('a subscription that is ended while its client waits for an event completes, and no timer is left', async () => {
  const { clock, results, messages, take } = openMessages();
  const last = take();
  await settle();
  results.abort();
  expect(await last).toEqual({ kind: 'complete', errors: [] });
  messages.end();
  expect(clock.nextTimerMs).toBe(Number.POSITIVE_INFINITY);
});

test('without heartbeats there is no timer', async () => {
  const { clock, messages } = openMessages(Number.POSITIVE_INFINITY);
  messages.whenReady(() => {});
  await settle();
  expect(clock.nextTimerMs).toBe(Number.POSITIVE_INFINITY);
});
