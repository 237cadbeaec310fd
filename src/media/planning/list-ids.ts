/** Numbers for lists and boxes, equal for equal ones: numbers are compared, counted and grouped far faster than texts. */
import { type Box, type Dimension, type Values, valuesKey } from '../model/box.ts';

/** Two numbers below this are combined into one exact number. There are never so many lists, since a Map has no room for them. */
const MAX_IDS = 2 ** 26;

/**
 * For so few values, each one is numbered, and the numbers are combined in pairs; for longer lists, the key of the set is used.
 */
const MAX_FEW = 3;

export class ListIds {
  readonly #byValue = new Map<string, number>();
  readonly #byPair = new Map<number, number>();
  readonly #byKey = new Map<string, number>();
  /** Zero stands for `all`. */
  #last = 0;

  of(values: Values): number {
    if (values === 'all') return 0;
    return values.size > MAX_FEW ? this.#idIn(this.#byKey, valuesKey(values)) : this.#ofFew(values);
  }

  /** The number of an ordered pair of numbers. */
  ofPair(one: number, other: number): number {
    return this.#idIn(this.#byPair, exactPair(one, other));
  }

  #ofFew(values: ReadonlySet<string>): number {
    const [first, second, third] = values;
    if (first === undefined) return this.#idIn(this.#byKey, '');
    const a = this.#idIn(this.#byValue, first);
    if (second === undefined) return a;
    const b = this.#idIn(this.#byValue, second);
    if (third === undefined) return this.ofPair(Math.min(a, b), Math.max(a, b));
    const c = this.#idIn(this.#byValue, third);
    const [least, most] = [Math.min(a, b, c), Math.max(a, b, c)];
    return this.ofPair(this.ofPair(least, a + b + c - least - most), most);
  }

  #idIn<K>(known: Map<K, number>, key: K): number {
    let id = known.get(key);
    if (id === undefined) {
      this.#last += 1;
      id = this.#last;
      known.set(key, id);
    }
    return id;
  }
}

/** Combines two numbers into one. */
function exactPair(one: number, other: number): number {
  return one * MAX_IDS + other;
}

/** A box with the numbers of its lists. */
class NumberedBox {
  readonly patients: number;
  readonly visits: number;
  readonly types: number;
  readonly documents: number;
  readonly patientsAndVisits: number;
  readonly typesAndDocuments: number;

  constructor({ patients, visits, types, documents }: Box, ids: ListIds) {
    this.patients = ids.of(patients);
    this.visits = ids.of(visits);
    this.types = ids.of(types);
    this.documents = ids.of(documents);
    this.patientsAndVisits = ids.ofPair(this.patients, this.visits);
    this.typesAndDocuments = ids.ofPair(this.types, this.documents);
  }

  /** Equal for equal boxes. */
  get key(): number {
    return exactPair(this.patientsAndVisits, this.typesAndDocuments);
  }

  /** Equal for boxes that differ at most in this dimension. */
  keyWithout(dimension: Dimension): number {
    switch (dimension) {
      case 'patients':
        return exactPair(this.visits, this.typesAndDocuments);
      case 'visits':
        return exactPair(this.patients, this.typesAndDocuments);
      case 'types':
        return exactPair(this.documents, this.patientsAndVisits);
      case 'documents':
        return exactPair(this.types, this.patientsAndVisits);
    }
  }
}

/** Numbers the boxes of one plan; each is numbered once. */
export class BoxIds {
  readonly #lists = new ListIds();
  readonly #known = new Map<Box, NumberedBox>();

  of(box: Box): NumberedBox {
    let numbered = this.#known.get(box);
    if (numbered === undefined) {
      numbered = new NumberedBox(box, this.#lists);
      this.#known.set(box, numbered);
    }
    return numbered;
  }
}
