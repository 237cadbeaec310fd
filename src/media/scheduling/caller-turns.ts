/** The order of a destination's waiting calls: callers take turns, so that a flood of one delays its own calls, not others'. */
import type { UpstreamCall } from './upstream-call.ts';

export class CallerTurns {
  /**
   * How many calls each of those who wait has had while others waited; counted from the turn on in which a caller came. It is
   * replaced and never cleared: the table of a Map that has become old keeps all later ones.
   */
  #served = new Map<string, number>();

  /** As they should go: always one of the caller that has had the fewest, and of that caller's the oldest. The list may be changed. */
  order(calls: UpstreamCall[]): UpstreamCall[] {
    if (calls.length < 2) {
      if (this.#served.size > 0) this.#served = new Map();
      return calls;
    }
    const oldestFirst = calls.sort((a, b) => a.seniority - b.seniority);
    const shares = oldestFirst.map(sharesOf);
    this.#admit(new Set(shares.flatMap((share) => [...share.keys()])));
    if (this.#served.size < 2) return oldestFirst;
    const served = new Map(this.#served);
    const turns = oldestFirst.map((call, at) => {
      const callers = [...(shares[at] ?? [])];
      const turn = Math.min(...callers.map(([caller]) => served.get(caller) ?? 0));
      for (const [caller, share] of callers) served.set(caller, (served.get(caller) ?? 0) + share);
      return { call, turn };
    });
    // The sort is stable: in one turn the oldest goes first.
    return turns.sort((a, b) => a.turn - b.turn).map(({ call }) => call);
  }

  /** The call is sent. */
  record(call: UpstreamCall): void {
    // No other caller was waiting.
    if (this.#served.size < 2) return;
    for (const [caller, share] of sharesOf(call)) {
      const served = this.#served.get(caller);
      if (served !== undefined) this.#served.set(caller, served + share);
    }
  }

  /** A caller who comes has had as many as the one who has had fewest: being away earns nothing, and costs nothing. */
  #admit(callers: ReadonlySet<string>): void {
    const known = [...callers].flatMap((caller) => this.#served.get(caller) ?? []);
    const fewest = known.length === 0 ? 0 : Math.min(...known);
    this.#served = new Map([...callers].map((caller) => [caller, this.#served.get(caller) ?? fewest]));
  }
}

/** Which part of a call each caller has in it, by the parts of needs; together 1. */
function sharesOf({ parts }: UpstreamCall): ReadonlyMap<string, number> {
  const shares = new Map<string, number>();
  for (const { owner } of parts) shares.set(owner.caller, (shares.get(owner.caller) ?? 0) + 1 / parts.length);
  return shares;
}
