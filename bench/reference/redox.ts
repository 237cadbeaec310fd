/** How the references ask Redox: one undici pool, one token, JSON.parse, and nothing else. */
import { Pool } from 'undici';
import type { Identifier, Item } from '../../src/redox/messages.ts';

interface RedoxEntry {
  readonly Patient: { readonly Identifiers: readonly { readonly ID: string; readonly IDType: string }[] };
  readonly Visit?: { readonly VisitNumber: string };
  readonly DocumentID: string;
  readonly DocumentType: string;
  readonly DocumentDescription: string;
  readonly FileType: string;
  readonly FileName: string;
  readonly FileContents: string;
  readonly CreationDateTime: string;
  readonly ServiceDateTime: string;
}

/** One Media Query for these patients, all of whose media come back together. */
export type AskRedox = (patients: readonly (readonly Identifier[])[]) => Promise<Item[]>;

export async function connectToRedox(
  settings: Readonly<Record<string, string | undefined>>,
): Promise<AskRedox> {
  // As many connections as calls: no reference is held back by a limit of its own.
  const pool = new Pool(settings['REDOX_API_URL'] ?? '');
  const authorization = `Bearer ${await logIn(pool, settings)}`;
  const destination = settings['REDOX_DESTINATIONS']?.split(',')[0]?.split('=')[1];
  const headers = { 'content-type': 'application/json', authorization };
  return async (patients) => {
    const message = writeQuery(patients, destination);
    const { statusCode, body } = await pool.request({
      method: 'POST',
      path: '/endpoint',
      headers,
      body: message,
    });
    const text = await body.text();
    if (statusCode !== 200) throw new Error(`Redox answered ${statusCode}`);
    return (JSON.parse(text) as { Media: RedoxEntry[] }).Media.map(toItem);
  };
}

export function writeQuery(
  patients: readonly (readonly Identifier[])[],
  destination: string | undefined,
): string {
  return JSON.stringify({
    Meta: { DataModel: 'Media', EventType: 'Query', Destinations: [{ ID: destination }] },
    Patients: patients.map((identifiers) => ({
      Identifiers: identifiers.map(({ id, idType }) => ({ ID: id, IDType: idType })),
    })),
  });
}

/** A token by the legacy key: the shortest way there is. */
export async function logIn(
  pool: Pool,
  settings: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const { body } = await pool.request({
    method: 'POST',
    path: '/auth/authenticate',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ apiKey: settings['BENCH_API_KEY'], secret: settings['BENCH_API_SECRET'] }),
  });
  return ((await body.json()) as { accessToken: string }).accessToken;
}

function toItem(entry: RedoxEntry): Item {
  return {
    identifiers: entry.Patient.Identifiers.map(({ ID, IDType }) => ({ id: ID, idType: IDType })),
    visitNumber: entry.Visit?.VisitNumber ?? null,
    documentId: entry.DocumentID,
    documentType: entry.DocumentType,
    documentDescription: entry.DocumentDescription,
    fileType: entry.FileType,
    fileName: entry.FileName,
    creationDateTime: entry.CreationDateTime,
    serviceDateTime: entry.ServiceDateTime,
    contents: { kind: 'inline', length: entry.FileContents.length, checksum: '', file: 'skipped' },
  };
}
