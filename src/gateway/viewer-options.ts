/** What the chart viewer is told: which tokens it needs, and with the sandbox which patients there are. */
import type { Config } from '../config/config.ts';
import type { ViewerOptions, ViewerPatient } from '../http/viewer.ts';

/** The IDType that almost all of the sandbox's charts have; a patient without it is found by typing another one. */
const ID_TYPE = 'MR';

/** Of a document in a chart of the sandbox, which is another program. */
interface ChartEntry {
  readonly destination: string;
  readonly identifiers: readonly { readonly id: string; readonly idType: string }[];
}

/** Null: there is no viewer. `charts`: of the sandbox, none without it. */
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

/** In the order of the charts, each once. */
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
