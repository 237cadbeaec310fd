/** Plans needs that name no patients, of callers whose rights name some: as for all patients, then asked of those alone. */
import type { PatientKey } from '../model/keys.ts';
import { cutToLimits } from './cut.ts';
import type { Limits, Part, PlannedCall } from './plan.ts';
import { planCalls } from './planner.ts';

/**
 * As `planCalls`, for parts that all list the same `patients`. Those may be hundreds, in thousands of parts: they are left out of what
 * is compared, and come back in with the calls.
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
