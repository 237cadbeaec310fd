/**
 * Records when each patient was last written about. Patients are found by their identifiers, so that a query does not search the
 * writes of others.
 */
import type { Identifier } from '../../redox/messages.ts';
import type { IdentifierNames, WrittenPatient } from '../model/written-patient.ts';
import { LatestWriteTimes, laterOf, NEVER, type WriteTime } from './latest-write-times.ts';

/**
 * The combinations of IDTypes by which a hospital names its patients; two or three are usual. Further ones count as writes about
 * every patient.
 */
const MAX_WAYS = 64;

/** The total length of the IDTypes in one combination: real ones have about a dozen characters. */
const MAX_WAY_CHARACTERS = 1024;

/** The last writes whose patients are represented in the same way. Writes must be recorded in their order. */
export class LastWrites {
  readonly #names: IdentifierNames;
  readonly #pairs = new LatestWriteTimes();
  /** The last write whose IDTypes are not kept any more. */
  #forgotten = NEVER;
  /** By the IDTypes of the patient: a patient without any of these types is not provably another one. */
  readonly #byTypes = new Map<string, { readonly types: ReadonlySet<string>; last: WriteTime }>();

  constructor(names: IdentifierNames) {
    this.#names = names;
  }

  note({ types, pairs }: WrittenPatient, time: WriteTime): void {
    for (const pair of pairs) this.#pairs.note(pair, time);
    this.#noteTypes(types, time);
  }

  /** The last write that may be about the patient with these identifiers. */
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
