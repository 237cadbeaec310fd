/**
 * The connection to Redis, which replicas share. Redis may be unavailable at any time, and no command waits for it longer than
 * half a second.
 */

import { createClient, type RedisClientType } from '@redis/client';
import type { z } from 'zod';
import type { Clock, Timer } from '../clock.ts';
import {
  problemOf,
  type RedisFailure,
  RedisHealth,
  type RedisPartName,
  type RedisProblem,
  type RedisUse,
} from './health.ts';

/** The time limit of a command. After it, the replica continues without Redis. */
const MAX_COMMAND_MS = 500;
/** A replica that cannot connect within this time after its start reports it. */
const MAX_START_MS = 2000;

/** How often a replica checks whether a Redis that did not reply in time replies again, or can be connected to. */
const LOOK_MS = 1000;

/**
 * After so many checks without a reply, a new connection is made: the old one may be dead, or its replies out of order. A Redis that
 * merely hangs gets no more than one connection in three seconds.
 */
const MAX_LOOKS = 3;

/** `part`: what cannot be shared; `connection`: nothing can be shared. */
export type RedisReport = { readonly available: true } | ({ readonly available: false } & RedisFailure);

/** The commands for one part of what replicas share. */
export interface RedisCommands {
  /** False while Redis is unavailable, so that the replica works alone. */
  readonly isUp: boolean;
  /** Whether Redis accepts writes, as far as is known: otherwise no replica can inform the others. */
  readonly takesWrites: boolean;
  /**
   * The reply to a command, parsed by the schema. `purpose`: one of a fixed number, as failures are reported once for each.
   * Rejects without a connection, for an error of Redis, for a reply of another form, and when there is no reply in time.
   */
  execute<T>(purpose: string, schema: z.ZodType<T>, ...command: readonly string[]): Promise<T>;
  /** Reports that Redis contains something that no replica wrote. */
  misread(purpose: string): void;
}

export class RedisConnection {
  readonly #url: string;
  readonly #report: (event: RedisReport) => void;
  readonly #clock: Clock;
  readonly #health: RedisHealth;
  readonly #listeners: (() => void)[] = [];
  #client: RedisClientType;
  #isUp = false;
  #isClosed = false;
  /** The last state that was reported; null: none yet. */
  #reported: boolean | null = null;
  #problem: RedisProblem = 'unreachable';
  #looks = 0;
  #look: Timer | undefined;
  readonly #first: Timer;

  /** Connects in the background. `report` is called whenever Redis becomes available or unavailable. */
  constructor(url: string, report: (event: RedisReport) => void, clock: Clock) {
    this.#url = url;
    this.#report = report;
    this.#clock = clock;
    this.#health = new RedisHealth(clock, () => this.#reportChange());
    this.#client = this.#open();
    // A replica that cannot connect at its start reports this once too.
    this.#first = clock
      .setTimeout(() => {
        this.#reported ??= true;
        this.#reportChange();
      }, MAX_START_MS)
      .unref();
    this.#watch();
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /** Whether a part is shared now. */
  works(part: RedisPartName): boolean {
    return this.#isUp && !this.#health.isFailing(part);
  }

  /** `listener` is called when Redis becomes available or unavailable. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  part(part: RedisPartName): RedisCommands {
    const isUp = () => this.#isUp;
    const takesWrites = () => this.#isUp && !this.#health.isServerFailing;
    return {
      get isUp() {
        return isUp();
      },
      get takesWrites() {
        return takesWrites();
      },
      execute: (purpose, schema, ...command) => this.#execute({ part, purpose }, schema, command),
      misread: (purpose) => this.#health.failed({ part, purpose }, 'unreadable'),
    };
  }

  /** All failures of the server itself are over. */
  serverWorked(): void {
    this.#health.serverWorked();
  }

  /** The end of the connection is no loss: no listener is called, and no new connection is made. */
  close(): void {
    this.#isClosed = true;
    this.#isUp = false;
    this.#clock.clearTimeout(this.#first);
    this.#clock.clearTimeout(this.#look);
    this.#health.clear();
    if (this.#client.isOpen) this.#client.destroy();
  }

  #open(): RedisClientType {
    const client: RedisClientType = createClient({
      url: this.#url,
      // Commands that were queued while Redis is unavailable would be sent long after their replies are of use.
      disableOfflineQueue: true,
      socket: { reconnectStrategy: (attempt) => Math.min(100 * 2 ** attempt, LOOK_MS) },
    });
    const isCurrent = () => this.#isCurrent(client);
    client.on('ready', () => isCurrent() && void this.#ping(client));
    // The error is not reported, as its message may quote the URL, which may contain a password.
    client.on('error', (error) => {
      if (!isCurrent()) return;
      // The connection is open, so its data cannot be parsed, and later replies would be assigned to other commands.
      if (client.isReady) this.#leave();
      else this.#fail(problemOf(error) ?? 'unreachable');
    });
    client.on('end', () => isCurrent() && this.#fall('unreachable'));
    client.connect().catch(() => undefined);
    return client;
  }

  /**
   * A new connection is made at the next check, so that a server that always sends invalid data is tried once a second, and not
   * in a loop.
   */
  #leave(): void {
    this.#fall('unreadable');
    this.#looks = MAX_LOOKS;
    this.#health.failed({ part: 'connection', purpose: 'protocol' }, 'unreadable');
  }

  #reopen(): void {
    const old = this.#client;
    this.#looks = 0;
    this.#client = this.#open();
    if (old.isOpen) old.destroy();
  }

  async #execute<T>(use: RedisUse, schema: z.ZodType<T>, command: readonly string[]): Promise<T> {
    if (!this.#isUp) throw new Error('Redis is not connected');
    let reply: unknown;
    try {
      reply = await this.#send(command);
    } catch (error) {
      const problem = problemOf(error);
      if (problem !== null) this.#health.failed(use, problem);
      throw error;
    }
    const parsed = schema.safeParse(reply);
    if (!parsed.success) {
      this.#health.failed(use, 'unreadable');
      throw new Error('the reply of Redis is of another form');
    }
    this.#health.worked(use);
    return parsed.data;
  }

  #send(command: readonly string[]): Promise<unknown> {
    const reply: Promise<unknown> = this.#client.sendCommand([...command]);
    return Promise.race([reply, rejectLater(reply, this.#clock, () => this.#fall('late'))]);
  }

  #rise(): void {
    this.#clock.clearTimeout(this.#look);
    this.#look = undefined;
    this.#looks = 0;
    if (this.#isUp) return;
    this.#isUp = true;
    this.#reported ??= false;
    this.#changed();
  }

  /** A connection broke, or was refused: before the first report, the last reason counts. */
  #fail(problem: RedisProblem): void {
    if (this.#reported === null) this.#problem = problem;
    this.#fall(problem);
  }

  #fall(problem: RedisProblem): void {
    if (!this.#isUp) return;
    this.#isUp = false;
    this.#problem = problem;
    this.#watch();
    this.#changed();
  }

  #changed(): void {
    this.#reportChange();
    for (const listener of this.#listeners) listener();
  }

  #watch(): void {
    this.#clock.clearTimeout(this.#look);
    this.#look = this.#clock
      .setTimeout(() => {
        this.#watch();
        this.#lookAgain();
      }, LOOK_MS)
      .unref();
  }

  #lookAgain(): void {
    this.#looks += 1;
    if (this.#looks >= MAX_LOOKS) this.#reopen();
    else if (this.#client.isReady) void this.#ping(this.#client);
  }

  /** Redis is available again when it replies in time, and not as soon as it replies at all. */
  async #ping(client: RedisClientType): Promise<void> {
    const reply: Promise<unknown> = client.sendCommand(['PING']);
    const late = rejectLater(reply, this.#clock, () => undefined);
    const answered = await Promise.race([reply, late]).catch((error: unknown) => error);
    const isReply = answered === 'PONG' || problemOf(answered) !== null;
    if (this.#isCurrent(client) && isReply) this.#rise();
  }

  #isCurrent(client: RedisClientType): boolean {
    return client === this.#client && !this.#isClosed;
  }

  #reportChange(): void {
    const failure: RedisFailure | null = this.#health.failure;
    const available = this.#isUp && failure === null;
    if (this.#reported === null || this.#reported === available) return;
    this.#reported = available;
    if (available) this.#report({ available });
    else if (this.#isUp && failure !== null) this.#report({ available, ...failure });
    else this.#report({ available, part: 'connection', problem: this.#problem });
  }
}

function rejectLater(reply: Promise<unknown>, clock: Clock, onLate: () => void): Promise<never> {
  return new Promise((_, reject) => {
    let isThere = false;
    const giveUp = () => {
      if (isThere) return;
      onLate();
      reject(new Error('Redis did not reply in time'));
    };
    // If this process itself was delayed, the reply has arrived by now, and is read before the event loop's next turn.
    const timer = clock.setTimeout(() => clock.setImmediate(giveUp), MAX_COMMAND_MS);
    const stop = () => {
      isThere = true;
      clock.clearTimeout(timer);
    };
    reply.then(stop, stop);
  });
}
