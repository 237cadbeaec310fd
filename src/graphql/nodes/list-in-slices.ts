/** Lists whose entries are resolved in several time slices, if they are long. */
import type { OperationSlices } from '../../operation-slices.ts';

/** Entries that are resolved synchronously. Most lists are no longer, and cost no promise. */
const MAX_AT_ONCE = 16;
/** Entries that are resolved in one slice; the selection below one entry may have a hundred fields. */
const STEP = 8;

/** The entries; those beyond the first few are promises that are fulfilled when their slice begins. */
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

/** Returns when the slice of each entry of a list begins, in the order of the list; null: at once. */
export function startSlices(slices: OperationSlices): (at: number) => Promise<void> | null {
  let turn: Promise<void> | null = null;
  return (at) => {
    if (at >= MAX_AT_ONCE && at % STEP === 0) turn = slices.next();
    return turn;
  };
}
