/** Creates what each download works with: a loader for its document, the file if it is kept, and its entry in the audit trail. */
import { GatewayError } from '../errors.ts';
import type { ContentLink } from '../graphql/nodes/content-link.ts';
import type { Download } from '../http/content/content-route.ts';
import type { Operation } from '../http/operation.ts';
import { patientKey } from '../media/model/keys.ts';
import { createNeed } from '../media/model/need.ts';
import type { CallIds } from '../media/model/outcome.ts';
import { ALL_RIGHTS, callerKey } from '../media/model/rights.ts';
import type { FileInUse } from '../media/recent/recent-files.ts';
import type { CreateAudit } from './audit.ts';
import type { Core } from './core.ts';

/** The link itself grants access to its document, as rights were checked when it was made. */
export function createDownload(
  link: ContentLink,
  { caller, address, signal, deadline, freshness, trace }: Operation,
  core: Core,
  createAudit: CreateAudit,
): Download {
  const { destination, patient, documentId } = link.reference;
  const patients = link.within === null ? 'all' : new Set([patientKey([link.within])]);
  const audit = createAudit(caller ?? link, address, deadline);
  audit.begin({ name: 'content', hash: null });
  const lists = patient ? { patients: [patient.identifiers] } : { documentIds: [documentId ?? ''] };
  const item = { identifiers: patient?.identifiers ?? [], documentId };
  let kept: FileInUse | null = null;
  const answered: CallIds[] = [];
  const loader = core.createLoader({
    rights: ALL_RIGHTS,
    patients,
    // Downloads share no calls with operations: operations never wait for files, and downloads take no part in queries for the
    // callers of links.
    batchKey: core.batchKeyOf(
      `content ${link.rightsHash} ${link.within ? patientKey([link.within]) : 'all'}`,
    ),
    caller: callerKey(caller ?? link),
    signal,
    deadline,
    // The link states for which bytes it is, however old; of the request's directives, only no-cache and no-store apply.
    freshness: { ...freshness, maxAgeMs: 0, onlyRemembered: false },
    trace,
    onOutcome: ({ calls }) => void answered.push(...calls),
  });
  return {
    loader,
    findKept: async () => {
      kept = freshness.mayReadReferences ? await findKept(link, core) : null;
      return kept;
    },
    record: async (outcome) => {
      const error = outcome instanceof GatewayError ? outcome : null;
      const items = error ? null : outcome === 'given' ? [item] : [];
      // Of a large file, the first bytes leave before its call is over: its log ids come with the end of the reply.
      const calls = kept === null ? [...answered, ...loader.startedCalls] : [kept.call];
      const ageMs = kept?.ageMs ?? null;
      audit.note({ need: createNeed(destination, lists), items, error, calls, ageMs });
      await audit.end();
    },
  };
}

async function findKept({ reference, file }: ContentLink, { linkedFiles }: Core): Promise<FileInUse | null> {
  const { destination, patient, fingerprint } = reference;
  const patients = patient ? new Set([patientKey(patient.identifiers)]) : 'all';
  const { sha256 } = file;
  return (await linkedFiles?.find({ destination, patients, fingerprint, sha256 })) ?? null;
}
