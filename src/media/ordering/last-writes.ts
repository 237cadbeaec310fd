/** When each patient was last written about: found by its identifiers, so that no question looks through the writes of others. */
import type { Identifier } from '../../redox/messages.ts';
import type { IdentifierNames, WrittenPatient } from '../model/written-patient.ts';

/** When a write was answered. */
export interface Moment {
  /** Its place in the order of writes and Media Queries. */
  readonly at: number;
  /** In milliseconds of the clock. */
  readonly time: number;
}

export const NEVER: Moment = { at: 0, time: Number.NEGATIVE_INFINITY };

export function laterOf(one: Moment, other: Moment): Moment {
  return one.at < other.at ? other : one;
}

/**
 * So many identifiers at least are known, and twice as many at most, of some hundred bytes each. An answer is looked at while it
 * is remembered, in ten minutes of a hundred events a second about as many patients. Before them, all count as written about.
 */
const MAX_IDENTIFIERS = 65_536;

/** A hospital names its patients in two or three ways. Writes with further ones count as written about every patient. */
const MAX_WAYS = 64;

/** Those whose patients are named in one way. Moments are noted in their order. */
export class LastWrites {
  readonly #names: IdentifierNames;
  readonly #max: number;
  #newer = new Map<string, Moment>();
  #older = new Map<string, Moment>();
  /** Of the last write whose identifiers stand in `#older` alone, and of the last one whose identifiers are not known any more. */
  #lastOlder = NEVER;
  #forgotten = NEVER;
  #last = NEVER;
  /** By the IDTypes of the patient: who has none of them is not provably another one. */
  readonly #byTypes = new Map<string, { readonly types: ReadonlySet<string>; last: Moment }>();

  constructor(names: IdentifierNames, maxIdentifiers = MAX_IDENTIFIERS) {
    this.#names = names;
    this.#max = maxIdentifiers;
  }

  note({ types, pairs }: WrittenPatient, moment: Moment): void {
    this.#last = moment;
    for (const pair of pairs) this.#newer.set(pair, moment);
    this.#noteTypes(types, moment);
    if (this.#newer.size < this.#max) return;
    // Half at a time, so that no write pays for all, and nothing is deleted one by one.
    this.#forgotten = laterOf(this.#forgotten, this.#lastOlder);
    this.#lastOlder = moment;
    this.#older = this.#newer;
    this.#newer = new Map();
  }

  /** The last one that may be about the patient with these identifiers. */
  lastAbout(identifiers: readonly Identifier[]): Moment {
    let last = this.#forgotten;
    for (const identifier of identifiers) {
      const pair = this.#names.pairOf(identifier);
      const known = this.#newer.get(pair) ?? this.#older.get(pair);
      if (known !== undefined) last = laterOf(last, known);
    }
    const types = identifiers.map(({ idType }) => this.#names.typeOf(idType));
    for (const way of this.#byTypes.values()) {
      if (way.last.at > last.at && !types.some((type) => way.types.has(type))) last = way.last;
    }
    return last;
  }

  /** The last one of all. */
  get last(): Moment {
    return this.#last;
  }

  #noteTypes(types: ReadonlySet<string>, moment: Moment): void {
    const key = JSON.stringify([...types].sort());
    const known = this.#byTypes.get(key);
    if (known !== undefined) known.last = moment;
    else if (this.#byTypes.size < MAX_WAYS) this.#byTypes.set(key, { types, last: moment });
    else this.#forgotten = moment;
  }
}
