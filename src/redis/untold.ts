/** What Redis was to be told and has not taken: it is told when Redis is back, or takes what is written again. */
import type { Clock, Timer } from '../clock.ts';
import type { RedisConnection } from './connection.ts';

/** A Redis that replies with errors does not come back by a connection: it is asked again so often. */
const RETRY_MS = 1000;

/** Ten minutes of sixteen writes a second, of some 500 bytes each. Beyond that the oldest go: they are of use for the shortest time. */
const MAX_UNTOLD = 10_000;

/** At once: after an outage thousands of commands must not keep those of operations waiting. */
const MAX_AT_ONCE = 100;

/** Resolves to whether Redis has taken it. `restMs`: for how long it is still of use. Never rejects. */
export type Tell = (restMs: number) => Promise<boolean>;

interface Kept {
  readonly tell: Tell;
  readonly until: number;
}

export class Untold {
  readonly #redis: Pick<RedisConnection, 'isUp'>;
  readonly #clock: Clock;
  readonly #lifeMs: number;
  /** By what it is about, the oldest first. */
  readonly #kept = new Map<string, Kept>();
  #retry: Timer | undefined;
  #isTelling = false;

  /** `lifeMs`: for how long it is of use. */
  constructor(redis: RedisConnection, clock: Clock, lifeMs: number) {
    this.#redis = redis;
    this.#clock = clock;
    this.#lifeMs = lifeMs;
    redis.onChange(() => void this.#tellAll());
  }

  /** Tells it, in place of what was to be told about the same. Resolves after the first try; further ones follow by themselves. */
  async tell(about: string, tell: Tell): Promise<void> {
    this.forget(about);
    if (!(await tell(this.#lifeMs))) this.keep(about, tell);
  }

  /** It was told in vain: further tries follow by themselves. */
  keep(about: string, tell: Tell): void {
    this.forget(about);
    if (this.#kept.size >= MAX_UNTOLD) this.#dropOldest();
    this.#kept.set(about, { tell, until: this.#clock.now() + this.#lifeMs });
    this.#tellLater();
  }

  /** It is to be told no more. */
  forget(about: string): void {
    this.#kept.delete(about);
  }

  #tellLater(): void {
    this.#retry ??= this.#clock
      .setTimeout(() => {
        this.#retry = undefined;
        void this.#tellAll();
      }, RETRY_MS)
      // It must not keep the process alive.
      .unref();
  }

  async #tellAll(): Promise<void> {
    if (this.#isTelling || this.#kept.size === 0) return;
    this.#isTelling = true;
    const waiting = [...this.#kept];
    for (let at = 0; at < waiting.length && this.#redis.isUp; at += MAX_AT_ONCE) {
      const told = await Promise.all(waiting.slice(at, at + MAX_AT_ONCE).map((one) => this.#tellOne(...one)));
      if (told.includes(false)) break;
    }
    this.#isTelling = false;
    if (this.#kept.size > 0) this.#tellLater();
  }

  /** False when Redis has not taken it. */
  async #tellOne(about: string, kept: Kept): Promise<boolean> {
    // Something else may be to be told about the same since, or nothing any more.
    if (this.#kept.get(about) !== kept) return true;
    const restMs = kept.until - this.#clock.now();
    const isDone = restMs <= 0 || (await kept.tell(restMs));
    if (isDone && this.#kept.get(about) === kept) this.#kept.delete(about);
    return isDone;
  }

  #dropOldest(): void {
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined) this.#kept.delete(oldest);
  }
}
