/**
 * Boxes in, Media Queries out: the fewest calls that answer all of them exactly. Pure; docs/batching.md has the rules.
 * Callers hand in boxes of one destination and one authority only.
 */
import {
  type Box,
  boxIsEmpty,
  DIMENSIONS,
  type Dimension,
  listSize,
  subtractBox,
  unionOf,
  valuesKey,
} from './box.ts';
import { BoxIndex } from './box-index.ts';
import { cutToLimits, partsWithin } from './cut.ts';
import type { Limits, PlannedCall, Wanted } from './plan.ts';

/** Trimming compares every call with every other; beyond this many calls it costs more than it saves. */
const MOST_CALLS_TO_TRIM = 64;

/**
 * Plans the calls for `wanted`. A wanted box may be cut: its owner then stands in several calls, with a part in each,
 * and is settled when all of them are. Merging in one order of dimensions may leave fewer calls than in another, so the
 * orders are tried; of plans with equally many calls, the one that fetches least is kept.
 */
export function planCalls<T>(wanted: readonly Wanted<T>[], limits: Limits): PlannedCall<T>[] {
  const distinct = dropContained(wanted.map((one) => ({ box: one.box, wanted: [one] })));
  let best: { calls: PlannedCall<T>[]; volume: number } | undefined;
  for (const order of permutations(varyingDimensions(distinct))) {
    // Trimmed first: what is fetched elsewhere takes no room in a call of pairs.
    const merged = mergePatientVisitPairs(trimOverlaps(mergeToFixpoint(distinct, order)), limits);
    const calls = merged.flatMap((call) => cutToLimits(call, limits));
    const volume = calls.reduce((sum, call) => sum + volumeOf(call.box), 0);
    const betterCalls = calls.length - (best?.calls.length ?? Number.POSITIVE_INFINITY);
    if (best === undefined || betterCalls < 0 || (betterCalls === 0 && volume < best.volume)) {
      best = { calls, volume };
    }
    if (calls.length === 1) break;
  }
  return best?.calls ?? [];
}

/** Lets every call that another one contains ride along with it; equal calls become one. */
function dropContained<T>(calls: readonly PlannedCall<T>[]): PlannedCall<T>[] {
  const index = new BoxIndex<{ box: Box; wanted: Wanted<T>[] }>();
  const kept: { box: Box; wanted: Wanted<T>[] }[] = [];
  const bySize = calls.map((call) => ({ call, breadth: breadthOf(call.box) }));
  for (const { call } of bySize.sort((a, b) => b.breadth - a.breadth)) {
    const container = index.containersOf(call.box).next().value;
    if (container) {
      container.wanted.push(...call.wanted);
      continue;
    }
    const own = { box: call.box, wanted: [...call.wanted] };
    index.add(own.box, own);
    kept.push(own);
  }
  return kept;
}

/** Containers come before what they contain: more `all`, then longer lists. */
function breadthOf(box: Box): number {
  return DIMENSIONS.reduce((sum, dimension) => sum + Math.min(listSize(box[dimension]), 1e9), 0);
}

function varyingDimensions(calls: readonly PlannedCall<unknown>[]): Dimension[] {
  return DIMENSIONS.filter((dimension) => {
    const first = calls[0] && valuesKey(calls[0].box[dimension]);
    return calls.some((call) => valuesKey(call.box[dimension]) !== first);
  });
}

function permutations<T>(list: readonly T[]): T[][] {
  if (list.length < 2) return [[...list]];
  return list.flatMap((head) =>
    permutations(list.filter((one) => one !== head)).map((tail) => [head, ...tail]),
  );
}

/** Rule 1: boxes that are the same but for one dimension become one, with the union of that dimension. Exact. */
function mergeToFixpoint<T>(calls: readonly PlannedCall<T>[], order: readonly Dimension[]): PlannedCall<T>[] {
  let merged = [...calls];
  for (let before = Number.POSITIVE_INFINITY; merged.length < before; ) {
    before = merged.length;
    for (const dimension of order) merged = mergeAlong(merged, dimension);
    if (merged.length > 1 && merged.length < before) merged = dropContained(merged);
  }
  return merged;
}

function mergeAlong<T>(calls: readonly PlannedCall<T>[], dimension: Dimension): PlannedCall<T>[] {
  const others = DIMENSIONS.filter((one) => one !== dimension);
  const groups = Map.groupBy(calls, ({ box }) => others.map((other) => valuesKey(box[other])).join('|'));
  return [...groups.values()].flatMap((group) => {
    const [first, ...more] = group;
    if (first === undefined || more.length === 0) return group;
    const union = unionOf(group.map((call) => call.box[dimension]));
    return [{ box: { ...first.box, [dimension]: union }, wanted: group.flatMap((call) => call.wanted) }];
  });
}

/**
 * Rule 2: boxes of patients × visits with equal types and documents become one, with the union of both: a visit belongs
 * to one patient, so the cross pairs are empty; the matcher drops what comes back all the same. Packed up to the limits,
 * since a union beyond them would have to be cut across the pairs.
 */
function mergePatientVisitPairs<T>(calls: readonly PlannedCall<T>[], limits: Limits): PlannedCall<T>[] {
  const isPair = ({ box }: PlannedCall<T>) => box.patients !== 'all' && box.visits !== 'all';
  const groups = Map.groupBy(
    calls.filter(isPair),
    ({ box }) => `${valuesKey(box.types)}|${valuesKey(box.documents)}`,
  );
  const packed = [...groups.values()].flatMap((group) => {
    const packs: { box: Box; wanted: Wanted<T>[] }[] = [];
    for (const call of group) {
      const last = packs.at(-1);
      const patients = last && unionOf([last.box.patients, call.box.patients]);
      const visits = last && unionOf([last.box.visits, call.box.visits]);
      if (patients && visits && listSize(patients) <= limits.patients && listSize(visits) <= limits.visits) {
        last.box = { ...last.box, patients, visits };
        last.wanted.push(...call.wanted);
      } else {
        packs.push({ box: call.box, wanted: [...call.wanted] });
      }
    }
    return packs;
  });
  return [...packed, ...calls.filter((call) => !isPair(call))];
}

/** Takes out of a call what another one fetches anyway, so that no file comes twice; the number of calls stays. */
function trimOverlaps<T>(calls: readonly PlannedCall<T>[]): PlannedCall<T>[] {
  if (calls.length < 2 || calls.length > MOST_CALLS_TO_TRIM) return [...calls];
  const trimmed = calls.map((call) => ({ box: call.box, wanted: [...call.wanted] }));
  for (const call of trimmed) {
    for (const other of trimmed) {
      const rest = other === call ? call.box : subtractBox(call.box, other.box);
      if (rest === null || rest === call.box || boxIsEmpty(rest)) continue;
      const dimension = DIMENSIONS.find((one) => rest[one] !== call.box[one]) ?? 'patients';
      other.wanted.push(...partsWithin(call.wanted, dimension, other.box[dimension]));
      call.wanted = partsWithin(call.wanted, dimension, rest[dimension]);
      call.box = rest;
    }
  }
  return trimmed;
}

/** How much a call may fetch, as far as the lists tell: only comparable between plans for the same wanted boxes. */
function volumeOf(box: Box): number {
  return DIMENSIONS.reduce((product, dimension) => {
    const values = box[dimension];
    return product * (values === 'all' ? 1 : values.size);
  }, 1);
}
