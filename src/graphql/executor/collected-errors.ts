/** The errors of one execution, in the order in which they happened, without those below a position that is null already. */
import type { GraphQLError } from 'graphql';

/** A position in the response. Each has one object: that is how an error finds out that something above it is null. */
export interface Path {
  readonly prev: Path | undefined;
  readonly key: string | number;
  readonly typename: string | undefined;
}

export class CollectedErrors {
  readonly errors: GraphQLError[] = [];
  /** Undefined is the root: `data` itself. */
  readonly #nulled = new Set<Path | undefined>();

  add(error: GraphQLError, path: Path | undefined): void {
    if (this.#isNulled(path)) return;
    this.#nulled.add(path);
    this.errors.push(error);
  }

  #isNulled(from: Path | undefined): boolean {
    if (this.#nulled.size === 0) return false;
    for (let path = from; path !== undefined; path = path.prev) if (this.#nulled.has(path)) return true;
    return this.#nulled.has(undefined);
  }
}
