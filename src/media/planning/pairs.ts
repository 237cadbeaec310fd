/**
 * Rule 2 of the planner: boxes of patients × visits with equal types and documents become one, with the union of both. A
 * visit belongs to one patient, so the cross pairs are empty; the matcher drops what comes back all the same.
 */
import { type Box, listedIn, type Values } from '../model/box.ts';
import type { PatientKey } from '../model/keys.ts';
import { BoxIds } from './list-ids.ts';
import type { Limits, Part, PlannedCall } from './plan.ts';

/** `calls`: of one shape, so that all of them are such boxes or none is. */
export function mergePatientVisitPairs<T>(
  calls: readonly PlannedCall<T>[],
  limits: Limits,
  ids = new BoxIds(),
): readonly PlannedCall<T>[] {
  if (!calls.every(({ box }) => box.patients !== 'all' && box.visits !== 'all')) return calls;
  const groups = Map.groupBy(calls, ({ box }) => ids.of(box).typesAndDocuments);
  if (groups.size === calls.length) return calls;
  return [...groups.values()].flatMap((group) => (group.length === 1 ? group : packPairs(group, limits)));
}

/** Pairs are grouped up to the limits, since a larger union would have to be cut across the pairs. */
function packPairs<T>(group: readonly PlannedCall<T>[], limits: Limits): PlannedCall<T>[] {
  const packs: { box: Box; patients: Set<PatientKey>; visits: Set<string>; parts: Part<T>[] }[] = [];
  for (const { box, parts } of group) {
    const last = packs.at(-1);
    if (
      last &&
      last.patients.size + countNew(box.patients, last.patients) <= limits.patients &&
      last.visits.size + countNew(box.visits, last.visits) <= limits.visits
    ) {
      for (const patient of listedIn(box.patients)) last.patients.add(patient);
      for (const visit of listedIn(box.visits)) last.visits.add(visit);
      last.parts.push(...parts);
    } else {
      packs.push({
        box,
        patients: new Set(listedIn(box.patients)),
        visits: new Set(listedIn(box.visits)),
        parts: [...parts],
      });
    }
  }
  return packs.map(({ box, patients, visits, parts }) => ({ box: { ...box, patients, visits }, parts }));
}

function countNew<T extends string>(values: Values<T>, known: ReadonlySet<T>): number {
  let count = 0;
  for (const value of listedIn(values)) if (!known.has(value)) count += 1;
  return count;
}
