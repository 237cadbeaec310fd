/** How many replicas share a Redis: each of them says so by a heartbeat. While Redis is away the quota is divided by it. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Clock, Timer } from '../clock.ts';
import type { RedisCommands, RedisConnection } from './connection.ts';

const BEAT_MS = 2000;

/** A replica that has not been heard of for three beats is gone. */
const LIFE_MS = 7000;

/** Far more than one credential of Redox has use for: a person who writes more of them into Redis stops no replica. */
const MAX_REPLICAS = 100;

/** After Redis has lost its memory the others are seen again within a beat, so the greatest of the last numbers counts. */
const MAX_COUNTS = 3;

/**
 * Adds this replica, and drops those that are gone or that come from the future, by Redis's own clock. Returns their number.
 * It begins with a command that a full Redis refuses: after another one that writes, a script may add to a full Redis.
 */
const BEAT = `
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '(' .. now, '+inf')
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return redis.call('ZCARD', KEYS[1])
`;

const countSchema = z.int().positive();

export class RedisReplicas {
  readonly #redis: RedisConnection;
  readonly #commands: RedisCommands;
  readonly #key: string;
  readonly #clock: Clock;
  readonly #self = randomUUID();
  /** The last ones, newest last. */
  #counts: readonly number[] = [];
  #timer: Timer | undefined;

  /** `name`: of the account and the service. */
  constructor(redis: RedisConnection, name: string, clock: Clock) {
    this.#redis = redis;
    this.#commands = redis.part('replicas');
    this.#key = `redox-media:replicas:${name}`;
    this.#clock = clock;
    this.#beat();
    redis.onChange(() => redis.isUp && this.#beat());
  }

  /** As last seen, this one included; 1 for one that has never seen Redis. */
  get count(): number {
    return Math.min(Math.max(1, ...this.#counts), MAX_REPLICAS);
  }

  close(): void {
    this.#clock.clearTimeout(this.#timer);
  }

  #beat(): void {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = this.#clock.setTimeout(() => this.#beat(), BEAT_MS).unref();
    if (this.#commands.isUp) this.#say().catch(() => undefined);
  }

  async #say(): Promise<void> {
    const command = ['EVAL', BEAT, '1', this.#key, this.#self, String(LIFE_MS)];
    const count = await this.#commands.ask('beat', countSchema, ...command);
    this.#counts = [...this.#counts, count].slice(-MAX_COUNTS);
    this.#redis.serverWorked();
  }
}
