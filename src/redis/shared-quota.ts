/**
 * Redox's quota, used by all replicas together: a rolling window in Redis, in which each call has its place from before
 * it starts until a whole window after its end. Places are taken a few at a time, so that calls need not wait for Redis.
 */

import { randomUUID } from 'node:crypto';
import type { Clock, Timer } from '../clock.ts';
import type { Permit, Rate, SharedQuota } from '../media/resilience/rate-limiter.ts';
import type { RedisConnection } from './connection.ts';

/** Unused places are given back after so long. */
const IDLE_MS = 1000;

/** How long to wait before asking again whether Redis is there, or has answered. */
const SOON_MS = 5;

/** In one step, by Redis's own clock. Returns how many places were given, and in how many ms the next is free. */
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

const FINISH = `
local t = redis.call('TIME')
return redis.call('ZADD', KEYS[1], 'XX', t[1] * 1000 + math.floor(t[2] / 1000), ARGV[1])
`;

export class RedisQuota implements SharedQuota {
  readonly #redis: RedisConnection;
  readonly #key: string;
  readonly #rate: Rate;
  readonly #clock: Clock;
  readonly #batch: number;
  #places: string[] = [];
  #isAsking = false;
  #freeAt = 0;
  #idle: Timer | undefined;

  /** `name`: as of the token. */
  constructor(redis: RedisConnection, rate: Rate, name: string, clock: Clock) {
    this.#clock = clock;
    this.#redis = redis;
    this.#key = `redox-media:quota:${name}`;
    this.#rate = rate;
    this.#batch = Math.min(16, Math.max(1, Math.floor(rate.calls / 50)));
  }

  /** 0: a call may start. Without Redis every replica has the whole quota to itself. */
  get delayMs(): number {
    if (!this.#redis.isUp || this.#places.length > 0) return 0;
    if (!this.#isAsking && this.#clock.now() >= this.#freeAt) void this.#reserve();
    return Math.max(SOON_MS, this.#freeAt - this.#clock.now());
  }

  start(): Permit {
    const place = this.#places.pop();
    return { end: () => void (place && this.#send('EVAL', FINISH, '1', this.#key, place)) };
  }

  async #reserve(): Promise<void> {
    this.#isAsking = true;
    const places = Array.from({ length: this.#batch }, () => randomUUID());
    const { windowMs, calls } = this.#rate;
    const answer = await this.#send(
      'EVAL',
      RESERVE,
      '1',
      this.#key,
      String(windowMs),
      String(calls),
      ...places,
    );
    const [given, waitMs] = Array.isArray(answer) ? answer.map(Number) : [0, SOON_MS];
    this.#places.push(...places.slice(0, given));
    this.#freeAt = this.#clock.now() + (waitMs ?? 0);
    this.#isAsking = false;
    this.#clock.clearTimeout(this.#idle);
    this.#idle = this.#clock.setTimeout(() => this.#giveBack(), IDLE_MS).unref();
  }

  #giveBack(): void {
    if (this.#places.length === 0) return;
    void this.#send('ZREM', this.#key, ...this.#places);
    this.#places = [];
  }

  /** Null when Redis is not there. */
  #send(...command: string[]): Promise<unknown> {
    return this.#redis.send(...command).catch(() => null);
  }
}
