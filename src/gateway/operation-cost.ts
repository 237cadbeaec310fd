/** The cost of one operation: the Media Queries that were sent for it, and the age of the remembered answers that it used. */
import type { CallIds, NeedOutcome } from '../media/model/outcome.ts';

export interface CostDescription {
  readonly mediaQueries: number;
  /** The number of bytes of the replies. */
  readonly bytes: number;
  readonly ageSeconds: number | null;
  /** The bodies of the Media Queries, if they were kept. */
  readonly queries?: readonly unknown[];
}

export class OperationCost {
  /** By their ids, as many needs may share one. */
  readonly #calls = new Map<string, CallIds>();
  #ageMs: number | null = null;
  readonly #showsQueries: boolean;

  constructor(showsQueries: boolean) {
    this.#showsQueries = showsQueries;
  }

  /** A remembered answer has calls too, which were made for another operation. */
  note({ calls, ageMs }: Pick<NeedOutcome, 'calls' | 'ageMs'>): void {
    if (ageMs !== null) this.#ageMs = Math.max(this.#ageMs ?? 0, ageMs);
    else for (const call of calls) this.#calls.set(call.id, call);
  }

  /** The age of the oldest remembered answer, in whole seconds as in HTTP's `Age`; null if none was used. */
  get ageSeconds(): number | null {
    return this.#ageMs === null ? null : Math.floor(this.#ageMs / 1000);
  }

  /** Including those that failed and were sent again; each counts for every operation for which it was sent. */
  get mediaQueries(): number {
    return this.#sent.length;
  }

  describe(): CostDescription {
    const sent = this.#sent;
    return {
      mediaQueries: sent.length,
      bytes: sent.reduce((sum, { bytes = 0 }) => sum + bytes, 0),
      ageSeconds: this.ageSeconds,
      ...(this.#showsQueries && { queries: sent.flatMap(({ query }) => (query ? [JSON.parse(query)] : [])) }),
    };
  }

  get #sent(): readonly CallIds[] {
    return [...this.#calls.values()].filter(({ bytes }) => bytes !== undefined);
  }
}
