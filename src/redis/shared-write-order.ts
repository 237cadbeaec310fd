/**
 * Which writes replicas send to a destination, and when those are over: a stream in Redis for each destination, to which the
 * writer adds and which every replica reads on from where it was. It holds keyed hashes of identifiers, and nothing else of
 * patients.
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Clock, Timer } from '../clock.ts';
import { looseValue } from '../media/model/loose-value.ts';
import type { IsAnotherPatient } from '../media/model/patients.ts';
import type { Reading, SharedWriteOrder, WriteNews } from '../media/scheduling/shared-write-order.ts';
import type { Identifier } from '../redox/messages.ts';
import type { RedisConnection } from './connection.ts';

/** Two or three entries a write: of a destination that takes 25 writes a second, what a write can take. */
const MAX_ENTRIES = 10_000;

/** Longer than any write takes; a destination without writes has no stream. */
const LIFE_MS = 10 * 60_000;

/** In one command. */
const MAX_READ = 1000;

/** While a write is under way, it says so. */
const BEAT_MS = 1000;

/** A write about a patient of more identifiers concerns every patient: entries stay small. */
const MAX_IDENTIFIERS = 16;

const entriesSchema = z.array(z.tuple([z.string(), z.array(z.string())]));
type Entry = z.infer<typeof entriesSchema>[number];

const patientSchema = z.object({ types: z.array(z.string()), pairs: z.array(z.string()) });

const EVERY_PATIENT: IsAnotherPatient = () => false;

export interface WriteOrderOptions {
  /** As of the token. */
  readonly name: string;
  readonly hash: (text: string) => string;
  readonly clock: Clock;
}

export class RedisWriteOrder implements SharedWriteOrder {
  readonly #redis: RedisConnection;
  readonly #options: WriteOrderOptions;
  /** What this replica adds, it need not be told. */
  readonly #self = randomUUID();
  /** The last entry that was read of each destination. */
  readonly #last = new Map<string, string>();

  constructor(redis: RedisConnection, options: WriteOrderOptions) {
    this.#redis = redis;
    this.#options = options;
  }

  async begin(destinationId: string, patient: readonly Identifier[]): Promise<() => Promise<void>> {
    const { clock } = this.#options;
    const id = randomUUID();
    const about = this.#describe(patient);
    const say = (kind: WriteNews['kind']) => this.#add(destinationId, id, kind, about);
    let beat: Timer | undefined;
    const goOn = () => {
      beat = clock.setTimeout(() => {
        void say('underWay');
        goOn();
      }, BEAT_MS);
      beat.unref();
    };
    await say('underWay');
    goOn();
    return async () => {
      clock.clearTimeout(beat);
      await say('answered');
    };
  }

  async read(destinationId: string): Promise<Reading | null> {
    const news: WriteNews[] = [];
    let hasGap = false;
    let last = this.#last.get(destinationId);
    for (;;) {
      const entries = await this.#readFrom(destinationId, last);
      if (entries === null) return null;
      // The last that is known comes again; where it does not, others may have gone with it.
      const isGap = last !== undefined && entries[0]?.[0] !== last;
      hasGap ||= isGap;
      const fresh = last === undefined || isGap ? entries : entries.slice(1);
      news.push(...fresh.flatMap((entry) => this.#newsIn(entry) ?? []));
      last = entries.at(-1)?.[0];
      if (entries.length < MAX_READ) break;
    }
    if (last === undefined) this.#last.delete(destinationId);
    else this.#last.set(destinationId, last);
    return { news, hasGap };
  }

  /** With the entry `from`, or from the first on; null when there is no answer that can be read. */
  async #readFrom(destinationId: string, from = '-'): Promise<readonly Entry[] | null> {
    const command = ['XRANGE', this.#keyOf(destinationId), from, '+', 'COUNT', String(MAX_READ)];
    const answer = await this.#redis.send(...command).catch(() => null);
    return entriesSchema.safeParse(answer).data ?? null;
  }

  /** Null for what this replica wrote. An entry that cannot be read is a write that may concern every patient. */
  #newsIn([entryId, [, self, , id = entryId, , kind, , about = '']]: Entry): WriteNews | null {
    if (self === this.#self) return null;
    return { id, kind: kind === 'underWay' ? kind : 'answered', isAnother: this.#readPatient(about) };
  }

  async #add(destinationId: string, id: string, kind: WriteNews['kind'], about: string): Promise<void> {
    const key = this.#keyOf(destinationId);
    const fields = ['self', this.#self, 'write', id, 'kind', kind, 'about', about];
    await Promise.allSettled([
      this.#redis.send('XADD', key, 'MAXLEN', '~', String(MAX_ENTRIES), '*', ...fields),
      this.#redis.send('PEXPIRE', key, String(LIFE_MS)),
    ]);
  }

  /** As hashes: of each IDType, and of each identifier. */
  #describe(patient: readonly Identifier[]): string {
    if (patient.length > MAX_IDENTIFIERS) return '';
    return JSON.stringify({
      types: patient.map(({ idType }) => this.#hashType(idType)),
      pairs: patient.map((identifier) => this.#hashPair(identifier)),
    });
  }

  /** As `isAnotherThan`, for who knows hashes only. */
  #readPatient(about: string): IsAnotherPatient {
    const parsed = patientSchema.safeParse(parse(about));
    if (!parsed.success) return EVERY_PATIENT;
    const [types, pairs] = [new Set(parsed.data.types), new Set(parsed.data.pairs)];
    return (others) => {
      const comparable = others.filter(({ idType }) => types.has(this.#hashType(idType)));
      return comparable.length > 0 && !comparable.some((one) => pairs.has(this.#hashPair(one)));
    };
  }

  #hashType(idType: string): string {
    return this.#options.hash(JSON.stringify([idType]));
  }

  #hashPair({ idType, id }: Identifier): string {
    return this.#options.hash(JSON.stringify([idType, looseValue(id)]));
  }

  #keyOf(destinationId: string): string {
    return `redox-media:write-order:${this.#options.name}:${destinationId}`;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
