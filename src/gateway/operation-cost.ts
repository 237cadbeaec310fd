/** What one operation cost: the Media Queries that were sent for it, and how old the answers are that needed none. */
import type { CallIds, NeedOutcome } from '../media/model/outcome.ts';

export interface CostDescription {
  readonly mediaQueries: number;
  /** Of the replies. */
  readonly bytes: number;
  readonly ageSeconds: number | null;
  /** The bodies of the Media Queries, where they were kept. */
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

  /** A remembered answer has its calls, too; they were sent for another operation. */
  note({ calls, ageMs }: Pick<NeedOutcome, 'calls' | 'ageMs'>): void {
    if (ageMs !== null) this.#ageMs = Math.max(this.#ageMs ?? 0, ageMs);
    else for (const call of calls) this.#calls.set(call.id, call);
  }

  /** Of the oldest remembered answer, in whole seconds as in HTTP's `Age`; null where none was used. */
  get ageSeconds(): number | null {
    return this.#ageMs === null ? null : Math.floor(this.#ageMs / 1000);
  }

  /** Those that failed and were sent again included; each counts for every operation that it was sent for. */
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
