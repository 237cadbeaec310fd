/** A list that counts how often it is looked at: each value that is iterated over, and each that is asked for. */
export class CountingSet<T> extends Set<T> {
  looks = 0;

  override has(value: T): boolean {
    this.looks += 1;
    return super.has(value);
  }

  override *[Symbol.iterator](): Generator<T, undefined> {
    for (const value of super.values()) {
      this.looks += 1;
      yield value;
    }
    return undefined;
  }
}
