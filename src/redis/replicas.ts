/**
 * Counts the replicas that share a Redis by their heartbeats. While Redis is unavailable, the quota is divided by this number.
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Clock, Timer } from '../clock.ts';
import type { RedisCommands, RedisConnection } from './connection.ts';

const BEAT_MS = 2000;

/** A replica that missed three heartbeats has stopped. */
const LIFE_MS = 7000;

/** Far more than one Redox credential needs: even if someone writes more into Redis, replicas keep a usable quota. */
const MAX_REPLICAS = 100;

/**
 * After Redis has lost its data, the other replicas are seen again within a heartbeat, so the largest of the last counts is used.
 */
const MAX_COUNTS = 3;

/**
 * Adds this replica, and removes those that have stopped or have a time in the future, by Redis's own clock. Returns their
 * number, and whether this one is new. It begins with a write that a full Redis refuses: after any other write, a script may add
 * data to a full Redis.
 */
const BEAT = `
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local added = redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '(' .. now, '+inf')
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return {redis.call('ZCARD', KEYS[1]), added}
`;

const beatSchema = z.tuple([z.int().positive(), z.literal([0, 1])]);

export class RedisReplicas {
  readonly #redis: RedisConnection;
  readonly #commands: RedisCommands;
  readonly #key: string;
  readonly #clock: Clock;
  readonly #self = randomUUID();
  /** The last counts, newest last. */
  #counts: readonly number[] = [];
  #timer: Timer | undefined;
  #hasBeaten = false;
  readonly #listeners: (() => void)[] = [];

  /** `name`: of the account and the service. */
  constructor(redis: RedisConnection, name: string, clock: Clock) {
    this.#redis = redis;
    this.#commands = redis.part('replicas');
    this.#key = `redox-media:replicas:${name}`;
    this.#clock = clock;
    this.#beat();
    redis.onChange(() => redis.isUp && this.#beat());
  }

  /** The last known number, this replica included; 1 if it has never reached Redis. */
  get count(): number {
    return Math.min(Math.max(1, ...this.#counts), MAX_REPLICAS);
  }

  /** `listener` is called when Redis no longer knows this replica: it has lost its data, at least that of the last seconds. */
  onLoss(listener: () => void): void {
    this.#listeners.push(listener);
  }

  close(): void {
    this.#clock.clearTimeout(this.#timer);
  }

  #beat(): void {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = this.#clock.setTimeout(() => this.#beat(), BEAT_MS).unref();
    if (this.#commands.isUp) this.#sendHeartbeat().catch(() => undefined);
  }

  async #sendHeartbeat(): Promise<void> {
    const command = ['EVAL', BEAT, '1', this.#key, this.#self, String(LIFE_MS)];
    const [count, isNew] = await this.#commands.execute('beat', beatSchema, ...command);
    this.#counts = [...this.#counts, count].slice(-MAX_COUNTS);
    this.#redis.serverWorked();
    if (isNew === 1 && this.#hasBeaten) for (const listener of this.#listeners) listener();
    this.#hasBeaten = true;
  }
}
