/** Lists whose entries are resolved in several turns of the event loop, where they are long. */
import type { OperationSlices } from '../../operation-slices.ts';

/** Entries that are resolved at once. Most lists are no longer, and cost no promise. */
const MAX_AT_ONCE = 16;
/** Entries that are resolved in one step; the selection below one of them may be a hundred fields. */
const STEP = 8;

/** The entries, those beyond the first few as promises that are fulfilled when it is their turn. */
export function listInSlices<T, R>(
  list: readonly T[],
  slices: OperationSlices,
  make: (entry: T, at: number) => R | Promise<R>,
): (R | Promise<R>)[] {
  const sliceOf = startSlices(slices);
  return list.map((entry, at) => {
    const turn = sliceOf(at);
    return turn === null ? make(entry, at) : turn.then(() => make(entry, at));
  });
}

/** When it is the turn of each entry of a list, in the order of the list; null: at once. */
export function startSlices(slices: OperationSlices): (at: number) => Promise<void> | null {
  let turn: Promise<void> | null = null;
  return (at) => {
    if (at >= MAX_AT_ONCE && at % STEP === 0) turn = slices.next();
    return turn;
  };
}
