/**
 * Plans needs without patients for callers whose rights name some: they are planned as for all patients, and then query for these
 * patients only.
 */
import type { PatientKey } from '../model/keys.ts';
import { cutToLimits } from './cut.ts';
import type { Limits, Part, PlannedCall } from './plan.ts';
import { planCalls } from './planner.ts';

/**
 * Like `planCalls`, for parts that all list the same `patients`. There may be hundreds of these patients in thousands of parts:
 * they are left out of the comparisons, and added to the calls afterwards.
 */
export function planLimited<T>(
  parts: readonly Part<T>[],
  patients: ReadonlySet<PatientKey>,
  limits: Limits,
): readonly PlannedCall<T>[] {
  const ofAny = parts.map(({ owner, box }): Part<T> => ({ owner, box: { ...box, patients: 'all' } }));
  return planCalls(ofAny, limits).flatMap(({ box, parts: planned }) =>
    cutToLimits(
      {
        box: { ...box, patients },
        parts: planned.map((one) => ({ owner: one.owner, box: { ...one.box, patients } })),
      },
      limits,
    ),
  );
}
