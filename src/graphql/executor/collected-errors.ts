/**
 * Collects the errors of one execution in the order in which they occurred, without those below a position that is already null.
 */
import type { GraphQLError } from 'graphql';

/**
 * A position in the response. There is one object for each position, by which an error finds out that a position above it is
 * null.
 */
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
