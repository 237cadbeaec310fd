/** Tracks which uses of Redis work: an error reply to one command is no reason to stop using the others, and is reported once. */
import { ErrorReply } from '@redis/client';
import type { Clock, Timer } from '../clock.ts';

/** What replicas share through Redis. */
export const REDIS_PARTS = ['token', 'quota', 'writes', 'write-order', 'replicas', 'events'] as const;
export type RedisPartName = (typeof REDIS_PARTS)[number];

/** Codes of Redis's error replies that an operator can act on. The rest of an error reply may be any text, and is not logged. */
const ERROR_CODES = [
  ...[
    'READONLY',
    'WRONGTYPE',
    'NOPERM',
    'NOAUTH',
    'WRONGPASS',
    'OOM',
    'MISCONF',
    'LOADING',
    'BUSY',
    'MASTERDOWN',
  ],
  ...['CLUSTERDOWN', 'NOREPLICAS', 'MOVED', 'ERR'],
] as const;

/** Why Redis cannot be used: no connection, no reply in time, a reply that cannot be parsed, or the code of an error reply. */
export type RedisProblem = 'unreachable' | 'late' | 'unreadable' | 'error' | (typeof ERROR_CODES)[number];

/** Problems of the whole server, not of a key or a permission: they are over when any command that writes works again. */
const OF_THE_SERVER: ReadonlySet<RedisProblem> = new Set<RedisProblem>([
  ...(['READONLY', 'OOM', 'MISCONF', 'LOADING', 'BUSY', 'MASTERDOWN', 'CLUSTERDOWN', 'NOREPLICAS'] as const),
]);

/** Other failures are forgotten after this time without another one, in case the command is rarely sent. */
const FORGET_MS = 60_000;

/** Null for an error that belongs to the connection, not to the command. */
export function problemOf(error: unknown): RedisProblem | null {
  if (!(error instanceof ErrorReply)) return null;
  const [word] = error.message.split(' ', 1);
  return ERROR_CODES.find((code) => code === word) ?? 'error';
}

/** The commands of one purpose. */
export interface RedisUse {
  readonly part: RedisPartName | 'connection';
  /** One of a fixed number, as each failing one is kept. */
  readonly purpose: string;
}

export interface RedisFailure {
  readonly part: RedisUse['part'];
  readonly problem: RedisProblem;
}

export class RedisHealth {
  readonly #clock: Clock;
  readonly #onChange: () => void;
  /** The last failure of each use that has not worked since; the one that has failed for longest is first. */
  readonly #failures = new Map<string, RedisFailure>();
  #timer: Timer | undefined;

  constructor(clock: Clock, onChange: () => void) {
    this.#clock = clock;
    this.#onChange = onChange;
  }

  failed({ part, purpose }: RedisUse, problem: RedisProblem): void {
    this.#failures.set(`${part}/${purpose}`, { part, problem });
    this.#clock.clearTimeout(this.#timer);
    this.#timer = this.#clock.setTimeout(() => this.clear(), FORGET_MS).unref();
    this.#onChange();
  }

  worked({ part, purpose }: RedisUse): void {
    if (this.#failures.size > 0 && this.#failures.delete(`${part}/${purpose}`)) this.#onChange();
  }

  /** Records that a command that writes has worked. */
  serverWorked(): void {
    const before = this.#failures.size;
    for (const [use, { problem }] of this.#failures)
      if (OF_THE_SERVER.has(problem)) this.#failures.delete(use);
    if (this.#failures.size < before) this.#onChange();
  }

  clear(): void {
    this.#clock.clearTimeout(this.#timer);
    this.#failures.clear();
    this.#onChange();
  }

  /** Null while everything works. */
  get failure(): RedisFailure | null {
    const [first] = this.#failures.values();
    return first ?? null;
  }

  /** Whether it replies to what is written with errors, whatever the key. */
  get isServerFailing(): boolean {
    for (const { problem } of this.#failures.values()) if (OF_THE_SERVER.has(problem)) return true;
    return false;
  }

  isFailing(part: RedisPartName): boolean {
    for (const failure of this.#failures.values()) if (failure.part === part) return true;
    return false;
  }
}
