/** Commands that Redis has not accepted: they are sent again when Redis is available, or accepts writes, again. */
import type { Clock, Timer } from '../clock.ts';
import type { RedisConnection } from './connection.ts';

/** How often commands are sent again to a Redis that replies with errors, as its recovery does not show by a new connection. */
const RETRY_MS = 1000;

/** Ten minutes of sixteen writes a second, of some 500 bytes each. Above that the oldest are dropped, as they expire first. */
const MAX_KEPT = 10_000;

/** Sent at the same time: after an outage, thousands of commands must not delay those of operations. */
const MAX_AT_ONCE = 100;

/** Sends a command; resolves to whether Redis accepted it. `restMs`: for how long the command is still of use. Never rejects. */
export type Send = (restMs: number) => Promise<boolean>;

interface Kept {
  readonly send: Send;
  readonly until: number;
}

export class ResendQueue {
  readonly #redis: Pick<RedisConnection, 'isUp'>;
  readonly #clock: Clock;
  readonly #lifeMs: number;
  /** By subject, the oldest first. */
  readonly #kept = new Map<string, Kept>();
  /** First attempts in flight, by subject. No command waits long for its reply, so they are few. */
  readonly #attempts = new Map<string, Send>();
  #retry: Timer | undefined;
  #isSending = false;

  /** `lifeMs`: for how long a command is of use. */
  constructor(redis: RedisConnection, clock: Clock, lifeMs: number) {
    this.#redis = redis;
    this.#clock = clock;
    this.#lifeMs = lifeMs;
    redis.onChange(() => void this.#sendAll());
  }

  /** Sends a command, which replaces one about the same subject. Resolves after the first attempt; further ones follow by themselves. */
  async send(about: string, send: Send): Promise<void> {
    this.forget(about);
    this.#attempts.set(about, send);
    const isAccepted = await send(this.#lifeMs);
    // It may have been replaced or dropped meanwhile.
    if (this.#attempts.get(about) !== send) return;
    this.#attempts.delete(about);
    if (!isAccepted) this.keep(about, send);
  }

  /** Keeps a command that Redis did not accept: further attempts follow by themselves. */
  keep(about: string, send: Send): void {
    this.forget(about);
    this.#keep(about, send, this.#lifeMs);
    this.#scheduleRetry();
  }

  /** Sends commands that Redis had accepted, and has lost since. Those that are kept already stay as they are. */
  resend(lost: Iterable<readonly [about: string, send: Send, restMs: number]>): void {
    for (const [about, send, restMs] of lost) if (!this.#kept.has(about)) this.#keep(about, send, restMs);
    void this.#sendAll();
  }

  /** Drops the command about a subject: it is not sent again, even if it is in flight now and fails. */
  forget(about: string): void {
    this.#kept.delete(about);
    this.#attempts.delete(about);
  }

  #keep(about: string, send: Send, restMs: number): void {
    if (this.#kept.size >= MAX_KEPT) this.#dropOldest();
    this.#kept.set(about, { send, until: this.#clock.now() + restMs });
  }

  /** While Redis is unavailable no retry is scheduled, as the connection reports its return. */
  #scheduleRetry(): void {
    if (this.#kept.size === 0 || !this.#redis.isUp) return;
    this.#retry ??= this.#clock
      .setTimeout(() => {
        this.#retry = undefined;
        void this.#sendAll();
      }, RETRY_MS)
      // The timer must not keep the process alive.
      .unref();
  }

  async #sendAll(): Promise<void> {
    if (this.#isSending || this.#kept.size === 0) return;
    this.#isSending = true;
    const waiting = [...this.#kept];
    for (let at = 0; at < waiting.length && this.#redis.isUp; at += MAX_AT_ONCE) {
      const sent = await Promise.all(waiting.slice(at, at + MAX_AT_ONCE).map((one) => this.#sendOne(...one)));
      if (sent.includes(false)) break;
    }
    this.#isSending = false;
    this.#scheduleRetry();
  }

  /** False when Redis has not accepted it. */
  async #sendOne(about: string, kept: Kept): Promise<boolean> {
    // It may have been replaced or dropped meanwhile.
    if (this.#kept.get(about) !== kept) return true;
    const restMs = kept.until - this.#clock.now();
    const isDone = restMs <= 0 || (await kept.send(restMs));
    if (isDone && this.#kept.get(about) === kept) this.#kept.delete(about);
    return isDone;
  }

  #dropOldest(): void {
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined) this.#kept.delete(oldest);
  }
}
