/**
 * The memory of writes that replicas share. While Redis is unavailable, each replica keeps its own memory, or begins no write.
 */

import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Clock, Timer } from '../clock.ts';
import { GatewayError } from '../errors.ts';
import { ExpiringMap } from '../expiring-map.ts';
import type { Seal } from '../seal.ts';
import {
  LocalWriteMemory,
  REMEMBER_MS,
  RESERVED_MS,
  type Remembered,
  type WriteMemory,
  type WriteResult,
} from '../writes/write-memory.ts';
import type { RedisCommands, RedisConnection } from './connection.ts';
import { DELETE_OWN } from './delete-own.ts';
import { ResendQueue, type Send } from './resend-queue.ts';
import { WriteEntries } from './write-entry.ts';
import { BEGIN, END, RENEW } from './write-scripts.ts';

/** A replica that has not renewed its lease for this long has stopped, and it is not known whether its write was sent. */
const LEASE_MS = 3000;

/** Two renewals may be lost before the lease ends. */
const BEAT_MS = 1000;

/** Far more than callers wait for at the same time. Beyond this number, those that were seen longest ago are dropped. */
const MAX_SEEN = 100_000;

/** The result of a write that may have been sent by a replica that has stopped. */
const UNKNOWN_OUTCOME: WriteResult = {
  logIds: [],
  traceId: null,
  code: 'UPSTREAM_UNAVAILABLE',
  status: null,
};

/** The reply of BEGIN. */
const begunSchema = z.union([z.literal(1), z.tuple([z.string(), z.int()])]);

/** The reply of RENEW and END: 1, or the entry that they kept. */
const replacedSchema = z.union([z.literal(1), z.string()]);

/** The reply of a SET that may find another value. */
const setSchema = z.literal('OK').nullable();

/** A write that this replica has begun: its pending entry, and the timer that renews its lease. */
interface HeldWrite {
  readonly pending: string;
  beat: Timer;
}

export interface SharedWritesOptions {
  readonly seal: Seal;
  /** Of the account and the service: equal for the replicas of one gateway, and for no others. */
  readonly name: string;
  readonly clock: Clock;
  /** What happens to writes while Redis is unavailable: each replica remembers its own, or they are refused. */
  readonly whenAway: 'allow' | 'refuse';
  /** How long other replicas assume that this replica is alive, in milliseconds. Default: 3 s. */
  readonly leaseMs?: number;
}

export class RedisWriteMemory implements WriteMemory {
  readonly #redis: RedisCommands;
  readonly #options: SharedWritesOptions;
  readonly #leaseMs: number;
  readonly #entries: WriteEntries;
  readonly #local: LocalWriteMemory;
  /** Marks the entries of this replica. */
  readonly #self = randomUUID();
  readonly #held = new Map<string, HeldWrite>();
  /** Writes that were in flight at another replica. They are not sent here, even if Redis has lost them since. */
  readonly #seen: ExpiringMap<true>;
  /** Results of writes, and used uploads, that Redis has not accepted yet. */
  readonly #endsToResend: ResendQueue;
  readonly #claimsToResend: ResendQueue;

  constructor(redis: RedisConnection, options: SharedWritesOptions) {
    this.#redis = redis.part('writes');
    this.#options = options;
    this.#leaseMs = options.leaseMs ?? LEASE_MS;
    this.#entries = new WriteEntries(options.seal, options.clock);
    this.#local = new LocalWriteMemory(options.clock);
    this.#seen = new ExpiringMap(options.clock, REMEMBER_MS, MAX_SEEN);
    this.#endsToResend = new ResendQueue(redis, options.clock, REMEMBER_MS);
    this.#claimsToResend = new ResendQueue(redis, options.clock, RESERVED_MS);
  }

  async begin(key: string, fingerprint: string): Promise<Remembered | null> {
    const mine = await this.#local.begin(key, fingerprint);
    if (mine !== null) return mine;
    this.#endsToResend.forget(key);
    const state = 'pending';
    const pending = this.#entries.close(key, { state, fingerprint, holder: this.#self });
    const known = await this.#beginShared(key, fingerprint, pending).catch(() => this.#beginAlone(key));
    if (known === 'new') {
      this.#hold(key, pending);
      return null;
    }
    await this.#local.forget(key);
    if (known === 'refused') throw new GatewayError('OVERLOADED');
    return known === 'unknown' ? { fingerprint, result: UNKNOWN_OUTCOME } : known;
  }

  async finish(key: string, remembered: Remembered): Promise<void> {
    await this.#local.finish(key, remembered);
    const { fingerprint, result } = remembered;
    if (result !== null)
      await this.#end(key, this.#entries.close(key, { state: 'done', fingerprint, result }));
  }

  async forget(key: string): Promise<void> {
    await this.#local.forget(key);
    await this.#end(key, this.#entries.close(key, { state: 'released' }));
  }

  async reserve(key: string): Promise<boolean> {
    if (!(await this.#local.reserve(key))) return false;
    // A release that is sent later would delete the new claim.
    this.#claimsToResend.forget(key);
    try {
      if ((await this.#claim(key, RESERVED_MS)) !== null) return true;
      // If it is a claim that this replica has released without Redis, the upload may be used at another one.
      await this.#sendRelease(key);
      return false;
    } catch {
      this.#claimsToResend.keep(key, (restMs) => isAccepted(this.#claim(key, restMs)));
      return true;
    }
  }

  /** Redis may have lost its data: what this replica knows of writes that are over, and of uploads that were used, is sent again. */
  resendAll(): void {
    this.#endsToResend.resend(this.#finished());
    this.#claimsToResend.resend(this.#claimed());
  }

  *#finished(): Generator<readonly [key: string, send: Send, restMs: number]> {
    for (const [key, { fingerprint, result }, restMs] of this.#local.writes) {
      if (result === null) continue;
      // Sealed only when it is sent: thousands at once would hold up the event loop.
      const entry = () => this.#entries.close(key, { state: 'done', fingerprint, result });
      yield [key, (ms) => this.#sendEnd(key, '', entry(), ms), restMs];
    }
  }

  *#claimed(): Generator<readonly [key: string, send: Send, restMs: number]> {
    for (const [key, , restMs] of this.#local.reservations)
      yield [key, (ms) => isAccepted(this.#claim(key, ms)), restMs];
  }

  async release(key: string): Promise<void> {
    await this.#local.release(key);
    await this.#sendRelease(key);
  }

  async #sendRelease(key: string): Promise<void> {
    const command = ['EVAL', DELETE_OWN, '1', this.#keyOf('claim', key), this.#self];
    await this.#claimsToResend.send(key, () =>
      isAccepted(this.#redis.execute('release', z.int(), ...command)),
    );
  }

  /** What Redis knows of a write, or that the write is new and now begun in Redis. Rejects while Redis cannot be used. */
  async #beginShared(
    key: string,
    fingerprint: string,
    pending: string,
  ): Promise<Remembered | 'new' | 'unknown'> {
    let replaced = '';
    // Two attempts: an entry is replaced only if it is still there.
    for (let tries = 0; tries < 2; tries += 1) {
      const args = [pending, String(REMEMBER_MS), String(this.#leaseMs), replaced];
      const begun = await this.#redis.execute('begin', begunSchema, ...this.#script(BEGIN, key, args));
      if (begun === 1) return replaced === '' ? this.#begun(key, fingerprint, pending) : 'new';
      const known = this.#read(key, begun);
      if (known !== 'replaceable') return known;
      [replaced] = begun;
    }
    return { fingerprint, result: null };
  }

  /** A write that was in flight at another replica, and that Redis does not know, may have been sent: Redis has lost its data. */
  async #begun(key: string, fingerprint: string, pending: string): Promise<'new' | 'unknown'> {
    if (this.#seen.get(key) === undefined) return 'new';
    const done = this.#entries.close(key, { state: 'done', fingerprint, result: UNKNOWN_OUTCOME });
    await this.#replace('end', key, [pending, done, String(REMEMBER_MS)], () => true);
    return 'unknown';
  }

  #read(key: string, [text, leaseMs]: readonly [string, number]): Remembered | 'unknown' | 'replaceable' {
    const entry = this.#entries.open(key, text);
    // The entry cannot be read, so it may be that of a write that was sent.
    if (entry === null) {
      this.#redis.misread('begin');
      return 'unknown';
    }
    if (entry.state === 'released') return 'replaceable';
    if (entry.state === 'done') return { fingerprint: entry.fingerprint, result: entry.result };
    // This replica began it in Redis without receiving the reply, and has not sent it.
    if (entry.holder === this.#self && !this.#held.has(key)) return 'replaceable';
    if (leaseMs <= 0 || leaseMs > this.#leaseMs) return 'unknown';
    this.#seen.set(key, true);
    return { fingerprint: entry.fingerprint, result: null };
  }

  #beginAlone(key: string): 'new' | 'unknown' | 'refused' {
    if (this.#seen.get(key) !== undefined) return 'unknown';
    return this.#options.whenAway === 'refuse' ? 'refused' : 'new';
  }

  #hold(key: string, pending: string): void {
    const { clock } = this.#options;
    const renewal = [pending, String(REMEMBER_MS), String(this.#leaseMs)];
    const isInFlight = () => this.#held.get(key) === held;
    const setBeat = () =>
      clock
        .setTimeout(() => {
          held.beat = setBeat();
          this.#replace('renew', key, renewal, isInFlight).catch(() => undefined);
        }, BEAT_MS)
        .unref();
    const held: HeldWrite = { pending, beat: setBeat() };
    this.#held.set(key, held);
  }

  async #end(key: string, entry: string): Promise<void> {
    const held = this.#held.get(key);
    if (held === undefined) return;
    this.#options.clock.clearTimeout(held.beat);
    this.#held.delete(key);
    await this.#endsToResend.send(key, (restMs) => this.#sendEnd(key, held.pending, entry, restMs));
  }

  #sendEnd(key: string, pending: string, entry: string, restMs: number): Promise<boolean> {
    const isOver = () => !this.#held.has(key);
    const end = this.#replace('end', key, [pending, entry, String(Math.ceil(restMs))], isOver);
    return end.catch(() => false);
  }

  /**
   * Executes RENEW or END. If an entry is kept that the other replicas would misunderstand, since the write was begun again while
   * Redis was unavailable, that entry is replaced too, while `isCurrent`. Resolves to whether no such entry is left.
   */
  async #replace(
    purpose: 'renew' | 'end',
    key: string,
    args: readonly string[],
    isCurrent: () => boolean,
  ): Promise<boolean> {
    const script = purpose === 'renew' ? RENEW : END;
    let replaced = '';
    // Two attempts: an entry is replaced only if it is still there.
    for (let tries = 0; tries < 2; tries += 1) {
      const command = this.#script(script, key, [...args, replaced]);
      const kept = await this.#redis.execute(purpose, replacedSchema, ...command);
      if (kept === 1 || !isCurrent() || !this.#isOutdated(key, kept)) return true;
      replaced = kept;
    }
    return false;
  }

  /** Whether an entry, which is not this write's own, is one of a write that may be sent again, or that this replica sent earlier. */
  #isOutdated(key: string, text: string): boolean {
    const entry = this.#entries.open(key, text);
    if (entry?.state === 'pending') return entry.holder === this.#self;
    return entry?.state === 'released';
  }

  /** Resolves to null when another replica has reserved it. */
  async #claim(key: string, restMs: number): Promise<'OK' | null> {
    const command = ['SET', this.#keyOf('claim', key), this.#self, 'NX', 'PX', String(Math.ceil(restMs))];
    return this.#redis.execute('reserve', setSchema, ...command);
  }

  #script(script: string, key: string, args: readonly string[]): readonly string[] {
    return ['EVAL', script, '2', this.#keyOf('write', key), this.#keyOf('write-lease', key), ...args];
  }

  #keyOf(kind: string, key: string): string {
    return `redox-media:${kind}:${this.#options.name}:${key}`;
  }
}

function isAccepted(reply: Promise<unknown>): Promise<boolean> {
  return reply.then(
    () => true,
    () => false,
  );
}
