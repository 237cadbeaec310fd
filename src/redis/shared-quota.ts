/**
 * Redox's quota, shared by all replicas: a rolling window in Redis, in which each call holds a place from before it starts
 * until a whole window after its end. Places are reserved a few at a time, so that most calls need not wait for Redis.
 */

import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Clock, Timer } from '../clock.ts';
import type { Permit, Rate, SharedQuota } from '../media/resilience/rate-limiter.ts';
import type { RedisConnection } from './connection.ts';

/** How long unused places are kept before they are given back. */
const IDLE_MS = 1000;

/** How long a call waits before it looks again whether Redis has replied. */
const SOON_MS = 5;

/** How long the replica does without Redis after a reply that cannot be read, as a key of another type causes it. */
const ALONE_MS = 1000;

/** Reserves places in one step, by Redis's own clock. Returns how many were given, and in how many ms the next one is free. */
const RESERVE = `
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[1])
local free = ARGV[2] - redis.call('ZCARD', KEYS[1])
local given = math.max(0, math.min(free, #ARGV - 2))
for i = 1, given do redis.call('ZADD', KEYS[1], now, ARGV[2 + i]) end
redis.call('PEXPIRE', KEYS[1], ARGV[1] * 2)
if given > 0 then return {given, 0} end
local oldest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
return {0, oldest[2] and math.max(1, oldest[2] + ARGV[1] - now) or 1}
`;

/** Moves a place to the end of its call. */
const FINISH = `
local t = redis.call('TIME')
return redis.call('ZADD', KEYS[1], 'XX', t[1] * 1000 + math.floor(t[2] / 1000), ARGV[1])
`;

/** The two numbers that RESERVE returns. */
const reservedSchema = z.tuple([z.int().nonnegative(), z.int().nonnegative()]);

export class RedisQuota implements SharedQuota {
  readonly #redis: RedisConnection;
  readonly #key: string;
  readonly #rate: Rate;
  readonly #clock: Clock;
  readonly #batch: number;
  #places: string[] = [];
  #isReserving = false;
  #freeAt = 0;
  #aloneUntil = Number.NEGATIVE_INFINITY;
  #idle: Timer | undefined;

  /** `name`: of the credential and the service, as for the token. */
  constructor(redis: RedisConnection, rate: Rate, name: string, clock: Clock) {
    this.#clock = clock;
    this.#redis = redis;
    this.#key = `redox-media:quota:${name}`;
    this.#rate = rate;
    this.#batch = Math.min(16, Math.max(1, Math.floor(rate.calls / 50)));
  }

  /** 0: a call may start. While Redis is away, or cannot be read, each replica uses the whole quota by itself. */
  get delayMs(): number {
    const now = this.#clock.now();
    if (!this.#redis.isUp || this.#places.length > 0 || now < this.#aloneUntil) return 0;
    if (!this.#isReserving && now >= this.#freeAt) void this.#reserve();
    return Math.max(SOON_MS, this.#freeAt - now);
  }

  start(): Permit {
    const place = this.#places.pop();
    return { end: () => void (place && this.#send('EVAL', FINISH, '1', this.#key, place)) };
  }

  async #reserve(): Promise<void> {
    this.#isReserving = true;
    const places = Array.from({ length: this.#batch }, () => randomUUID());
    const { windowMs, calls } = this.#rate;
    const reply = await this.#send(
      'EVAL',
      RESERVE,
      '1',
      this.#key,
      String(windowMs),
      String(calls),
      ...places,
    );
    const now = this.#clock.now();
    const reserved = reservedSchema.safeParse(reply).data;
    if (reserved === undefined) this.#aloneUntil = now + ALONE_MS;
    const [given, waitMs] = reserved ?? [0, 0];
    this.#places.push(...places.slice(0, given));
    // No place is held for longer than a window after its call, whatever a reply says.
    this.#freeAt = now + Math.min(waitMs, windowMs);
    this.#isReserving = false;
    this.#clock.clearTimeout(this.#idle);
    this.#idle = this.#clock.setTimeout(() => this.#giveBack(), IDLE_MS).unref();
  }

  #giveBack(): void {
    if (this.#places.length === 0) return;
    void this.#send('ZREM', this.#key, ...this.#places);
    this.#places = [];
  }

  /** Null when Redis is away, or refuses the command. */
  #send(...command: string[]): Promise<unknown> {
    return this.#redis.send(...command).catch(() => null);
  }
}
