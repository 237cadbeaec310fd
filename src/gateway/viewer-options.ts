/** The options of the chart viewer: which tokens it needs and, with the sandbox, which patients there are. */
import type { Config } from '../config/config.ts';
import type { ViewerOptions, ViewerPatient } from '../http/pages/viewer.ts';

/** The IDType of almost all of the sandbox's charts; users find a patient without it by entering another type. */
const ID_TYPE = 'MR';

/** The parts used of a document in a chart of the sandbox, which is a separate program. */
interface ChartEntry {
  readonly destination: string;
  readonly identifiers: readonly { readonly id: string; readonly idType: string }[];
}

/** Null: there is no viewer. `charts`: those of the sandbox; empty without it. */
export function viewerOptionsFor(
  { viewer, auth, contentLinks }: Config,
  charts: readonly ChartEntry[],
): ViewerOptions | null {
  if (!viewer) return null;
  return {
    needsToken: auth.mode === 'jwt',
    filesNeedToken: contentLinks === 'bearer',
    patients: listPatients(charts),
  };
}

/** In the order of the charts, each patient once. */
function listPatients(charts: readonly ChartEntry[]): readonly ViewerPatient[] {
  const patients = new Map<string, ViewerPatient>();
  for (const { destination, identifiers } of charts) {
    const id = identifiers.find(({ idType }) => idType === ID_TYPE)?.id;
    if (id === undefined) continue;
    patients.set(JSON.stringify([destination, id]), {
      destination,
      identifiers: [{ value: id, idType: ID_TYPE }],
    });
  }
  return [...patients.values()];
}
