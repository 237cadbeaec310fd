/** When each patient was last written about: found by its identifiers, so that no question looks through the writes of others. */
import type { Identifier } from '../../redox/messages.ts';
import type { IdentifierNames, WrittenPatient } from '../model/written-patient.ts';
import { LatestWriteTimes, laterOf, NEVER, type WriteTime } from './latest-write-times.ts';

/** A hospital names its patients in two or three ways. Writes with further ones count as written about every patient. */
const MAX_WAYS = 64;

/** Of the IDTypes of one way: real ones have some dozen. */
const MAX_WAY_CHARACTERS = 1024;

/** Those whose patients are named in one way. Moments are noted in their order. */
export class LastWrites {
  readonly #names: IdentifierNames;
  readonly #pairs = new LatestWriteTimes();
  /** Of the last write whose IDTypes are not known any more. */
  #forgotten = NEVER;
  /** By the IDTypes of the patient: who has none of them is not provably another one. */
  readonly #byTypes = new Map<string, { readonly types: ReadonlySet<string>; last: WriteTime }>();

  constructor(names: IdentifierNames) {
    this.#names = names;
  }

  note({ types, pairs }: WrittenPatient, time: WriteTime): void {
    for (const pair of pairs) this.#pairs.note(pair, time);
    this.#noteTypes(types, time);
  }

  /** The last one that may be about the patient with these identifiers. */
  lastAbout(identifiers: readonly Identifier[]): WriteTime {
    let last = laterOf(this.#forgotten, this.#pairs.forgotten);
    for (const identifier of identifiers) {
      last = laterOf(last, this.#pairs.of(this.#names.pairOf(identifier)));
    }
    const types = identifiers.map(({ idType }) => this.#names.typeOf(idType));
    for (const way of this.#byTypes.values()) {
      if (way.last.place > last.place && !types.some((type) => way.types.has(type))) last = way.last;
    }
    return last;
  }

  #noteTypes(types: ReadonlySet<string>, time: WriteTime): void {
    const key = JSON.stringify([...types].sort());
    const known = this.#byTypes.get(key);
    if (known !== undefined) known.last = time;
    else if (this.#byTypes.size < MAX_WAYS && key.length <= MAX_WAY_CHARACTERS)
      this.#byTypes.set(key, { types, last: time });
    else this.#forgotten = time;
  }
}
