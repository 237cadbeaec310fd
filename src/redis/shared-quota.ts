/**
 * Redox's quota, shared by all replicas: a rolling window in Redis, in which each call holds a place from before it starts until
 * a whole window after its end. Places are reserved a few at a time, so that most calls need not wait for Redis.
 */

import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Clock, Timer } from '../clock.ts';
import type { Rate, SharedPermit, SharedQuota } from '../media/resilience/rate-limiter.ts';
import { isScarce, spreadMs } from '../media/resilience/spread.ts';
import type { RedisCommands, RedisConnection } from './connection.ts';
import { type CountedCall, OwnCalls } from './own-calls.ts';

/** How long unused places are kept before they are returned. */
const IDLE_MS = 1000;

/** How long a call waits before it checks again whether Redis has replied. */
const SOON_MS = 5;

/** The calls that one command reports to Redis: it takes a millisecond. */
const MAX_REPORTED = 500;

/** A place is held for no longer than a window: those of longer calls are renewed twice in each, but no more often than this. */
const MIN_RENEWAL_MS = 250;

/** How long the replica works without Redis after an error, or a reply that cannot be parsed. */
const ALONE_MS = 1000;

/**
 * How long the replica continues to work without Redis when it is back: replicas notice that within a second of each other, and
 * until all have reported their calls, the window shows too much room.
 */
const SETTLE_MS = 2000;

/** The reply of FINISH, REPORT and GIVE_BACK, which is not used. */
const countSchema = z.int();

/** All scripts fail or work together, as they begin with the same kind of command on the same key: so they have one purpose. */
const PURPOSE = 'window';

/**
 * Reserves places in one step, by Redis's own clock. Returns how many were reserved, how many are left, and in how many ms the
 * next one is free. Places with a time in the future, left by a clock that was set back, count from now on, so that none is held
 * for longer than a window.
 */
const RESERVE = `
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[1])
local future = redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. now, '+inf', 'LIMIT', 0, ARGV[2])
for i = 1, #future do redis.call('ZADD', KEYS[1], now, future[i]) end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '(' .. now, '+inf')
local free = ARGV[2] - redis.call('ZCARD', KEYS[1])
local given = math.max(0, math.min(free, #ARGV - 2))
for i = 1, given do redis.call('ZADD', KEYS[1], now, ARGV[2 + i]) end
redis.call('PEXPIRE', KEYS[1], ARGV[1] * 2)
local oldest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
return {given, math.max(0, free - given), oldest[2] and math.max(1, oldest[2] + ARGV[1] - now) or 1}
`;

/** Moves a place to the end of its call, or adds it if Redis does not know it (any more). */
const FINISH = `
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
redis.call('ZADD', KEYS[1], now, ARGV[1])
return redis.call('PEXPIRE', KEYS[1], ARGV[2] * 2)
`;

/** Adds calls that Redis may not know of, or only knows to have begun: for each its place, and how many ms ago it ended. */
const REPORT = `
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[1])
for i = 2, #ARGV, 2 do redis.call('ZADD', KEYS[1], now - ARGV[i + 1], ARGV[i]) end
return redis.call('PEXPIRE', KEYS[1], ARGV[1] * 2)
`;

const GIVE_BACK = `return redis.call('ZREM', KEYS[1], unpack(ARGV))`;

/** The three numbers that RESERVE returns. */
const reservedSchema = z.tuple([z.int().nonnegative(), z.int().nonnegative(), z.int().nonnegative()]);

export interface RedisQuotaOptions {
  readonly rate: Rate;
  /** Of the account and the service: equal for the replicas of one gateway, and for no others. */
  readonly name: string;
  readonly clock: Clock;
  /** The last known number of replicas that use the quota. */
  readonly countReplicas: () => number;
}

export class RedisQuota implements SharedQuota {
  readonly #redis: RedisCommands;
  readonly #options: RedisQuotaOptions;
  readonly #key: string;
  readonly #batch: number;
  readonly #own: OwnCalls;
  readonly #listeners: (() => void)[] = [];
  #places: string[] = [];
  #isReserving = false;
  #freeAt = 0;
  /** How many places were free after the last reservation, and when it was made. */
  #lastSeen = { left: Number.POSITIVE_INFINITY, at: Number.NEGATIVE_INFINITY };
  #lastStart = Number.NEGATIVE_INFINITY;
  /** The pause between this replica's calls while the quota is scarce; 0 while it is not. */
  #spacingMs = 0;
  #aloneUntil = Number.NEGATIVE_INFINITY;
  #idle: Timer | undefined;
  #renewal: Timer | undefined;
  /** Whether Redis may lack calls that count. */
  #isUnreported = false;

  constructor(redis: RedisConnection, options: RedisQuotaOptions) {
    const { rate, name, clock } = options;
    this.#redis = redis.part('quota');
    this.#options = options;
    this.#key = `redox-media:quota:${name}`;
    this.#batch = Math.min(16, Math.max(1, Math.floor(rate.calls / 50)));
    this.#own = new OwnCalls(clock, rate.windowMs);
    let wasUp = redis.isUp;
    redis.onChange(() => {
      this.#release();
      this.reportOwnCalls();
      if (redis.isUp && wasUp) this.#goAlone(SETTLE_MS);
      else this.#wake();
      wasUp ||= redis.isUp;
    });
    this.#renewOn();
  }

  /** 0: a call may start. While Redis is unavailable, or replies with errors, each replica uses its equal part of the quota. */
  get delayMs(): number {
    const now = this.#options.clock.now();
    if (this.#isAlone(now)) return this.#own.delayMs(this.#fairPart);
    const spacedMs = this.#lastStart + this.#spacingMs - now;
    if (spacedMs > 0) return spacedMs;
    if (this.#places.length > 0) return 0;
    if (!this.#isReserving && now >= this.#freeAt) void this.#reserve();
    return Math.max(SOON_MS, this.#freeAt - now);
  }

  get callsLeft(): number {
    const { rate, clock } = this.#options;
    const now = clock.now();
    if (this.#isAlone(now)) return this.#own.callsLeft(this.#fairPart);
    // All places that were taken a window ago are free again. Which were taken since, this replica sees when it reserves the next.
    if (now >= this.#lastSeen.at + rate.windowMs) return rate.calls;
    return Math.min(rate.calls, this.#lastSeen.left + this.#places.length);
  }

  #isAlone(now: number): boolean {
    return !this.#redis.isUp || now < this.#aloneUntil;
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  start(): SharedPermit {
    // A call that starts while this replica works alone is counted by the others as soon as they share the quota again.
    const place = this.#places.pop() ?? randomUUID();
    this.#own.start(place);
    this.#lastStart = this.#options.clock.now();
    return {
      end: () => {
        this.#own.end(place);
        const windowMs = String(this.#options.rate.windowMs);
        this.#send(FINISH, place, windowMs).catch(() => {
          this.#isUnreported = true;
        });
      },
    };
  }

  /** Redis may have lost its data: all calls of this replica in the window are reported to it. */
  reportOwnCalls(): void {
    this.#isUnreported = true;
    this.#reportIfNeeded().catch(() => undefined);
  }

  /** It must not be used any more. */
  close(): void {
    const { clock } = this.#options;
    clock.clearTimeout(this.#renewal);
    clock.clearTimeout(this.#idle);
  }

  get #fairPart(): number {
    const { rate, countReplicas } = this.#options;
    return Math.max(1, Math.floor(rate.calls / countReplicas()));
  }

  async #reserve(): Promise<void> {
    const { rate, clock, countReplicas } = this.#options;
    this.#isReserving = true;
    // While the quota is scarce, every replica checks what is left before each call.
    const places = Array.from({ length: this.#spacingMs > 0 ? 1 : this.#batch }, () => randomUUID());
    const command = ['EVAL', RESERVE, '1', this.#key, String(rate.windowMs), String(rate.calls), ...places];
    const reserved = await this.#reportIfNeeded()
      .then(() => this.#redis.execute(PURPOSE, reservedSchema, ...command))
      .catch(() => null);
    this.#isReserving = false;
    const now = clock.now();
    if (reserved === null) {
      this.#goAlone(ALONE_MS);
      return;
    }
    const [given, left, freeInMs] = reserved;
    this.#lastSeen = { left, at: now };
    this.#places.push(...places.slice(0, given));
    // No place is held for longer than a window after its call, whatever a reply says.
    const waitMs = Math.min(freeInMs, rate.windowMs);
    this.#freeAt = given > 0 ? now : now + waitMs;
    this.#spacingMs = given > 0 && isScarce(left, rate) ? spreadMs(left, waitMs) * countReplicas() : 0;
    clock.clearTimeout(this.#idle);
    this.#idle = clock.setTimeout(() => this.#release(), IDLE_MS).unref();
  }

  async #reportIfNeeded(): Promise<void> {
    if (!this.#isUnreported) return;
    this.#isUnreported = false;
    try {
      await this.#report(this.#own.counted());
    } catch (error) {
      this.#isUnreported = true;
      throw error;
    }
  }

  /** All commands at once, so that no place is reserved between them. */
  async #report(calls: readonly CountedCall[]): Promise<void> {
    const windowMs = String(this.#options.rate.windowMs);
    const sent: Promise<void>[] = [];
    for (let at = 0; at < calls.length; at += MAX_REPORTED) {
      const reported = calls
        .slice(at, at + MAX_REPORTED)
        .map(([place, endedMsAgo]) => [place, String(endedMsAgo)]);
      sent.push(this.#send(REPORT, windowMs, ...reported.flat()));
    }
    await Promise.all(sent);
  }

  #renewOn(): void {
    const { rate, clock } = this.#options;
    this.#renewal = clock
      .setTimeout(
        () => {
          this.#renewOn();
          const held = [...this.#own.inFlight, ...this.#places];
          this.#report(held.map((place) => [place, 0])).catch(() => undefined);
        },
        Math.max(MIN_RENEWAL_MS, rate.windowMs / 2),
      )
      // It must not keep the process alive.
      .unref();
  }

  #goAlone(forMs: number): void {
    const { clock } = this.#options;
    const now = clock.now();
    this.#isUnreported = true;
    this.#aloneUntil = now + forMs;
    this.#freeAt = now;
    this.#wake();
    // A call that waits for the replica's own part of the quota may start sooner, if Redis works by then.
    clock.setTimeout(() => this.#wake(), forMs).unref();
  }

  #wake(): void {
    if (!this.#redis.isUp) this.#freeAt = Number.NEGATIVE_INFINITY;
    for (const listener of this.#listeners) listener();
  }

  #release(): void {
    if (this.#places.length === 0) return;
    this.#send(GIVE_BACK, ...this.#places).catch(() => undefined);
    this.#lastSeen.left += this.#places.length;
    this.#places = [];
  }

  async #send(script: string, ...args: string[]): Promise<void> {
    await this.#redis.execute(PURPOSE, countSchema, 'EVAL', script, '1', this.#key, ...args);
  }
}
