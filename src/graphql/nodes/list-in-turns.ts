/** Lists whose entries are resolved in several turns of the event loop, where they are long. */
import type { OperationTurns } from '../../operation-turns.ts';

/** Entries that are resolved at once. Most lists are no longer, and cost no promise. */
const MAX_AT_ONCE = 16;
/** Entries that are resolved in one step; the selection below one of them may be a hundred fields. */
const STEP = 8;

/** The entries, those beyond the first few as promises that are fulfilled when it is their turn. */
export function listInTurns<T, R>(
  list: readonly T[],
  turns: OperationTurns,
  make: (entry: T, at: number) => R | Promise<R>,
): (R | Promise<R>)[] {
  const turnOf = takeTurns(turns);
  return list.map((entry, at) => {
    const turn = turnOf(at);
    return turn === null ? make(entry, at) : turn.then(() => make(entry, at));
  });
}

/** When it is the turn of each entry of a list, in the order of the list; null: at once. */
export function takeTurns(turns: OperationTurns): (at: number) => Promise<void> | null {
  let turn: Promise<void> | null = null;
  return (at) => {
    if (at >= MAX_AT_ONCE && at % STEP === 0) turn = turns.next();
    return turn;
  };
}
