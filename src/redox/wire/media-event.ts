/** Writes New, Replace and Delete messages (reference §1.4): the gateway's own tree with Redox's names. */
import { type MessageMeta, writeMeta } from './request.ts';

export type MediaEventType = 'New' | 'Replace' | 'Delete';

/** A tree with names in camelCase; properties that are null or undefined are left out. */
export type WriteTree = { readonly [name: string]: unknown };

/** The properties of the message besides `Meta`. */
export interface MediaEvent {
  readonly type: MediaEventType;
  readonly patient: WriteTree;
  readonly visit?: WriteTree | null | undefined;
  readonly media: WriteTree;
  readonly orders?: readonly WriteTree[] | null | undefined;
}

/** Names that differ from Redox's by more than the case of their first letter. */
const NAMES: Readonly<Record<string, string>> = {
  id: 'ID',
  idType: 'IDType',
  // The ID of an identifier. In GraphQL it is not called `id`, as client caches would use it as the key of the object.
  value: 'ID',
  documentId: 'DocumentID',
  originalDocumentId: 'OriginalDocumentID',
  dob: 'DOB',
  ssn: 'SSN',
  zip: 'ZIP',
};

export function writeMediaEvent(
  meta: MessageMeta,
  { type, patient, visit, media, orders }: MediaEvent,
): string {
  return JSON.stringify({
    Meta: writeMeta(meta, type),
    Patient: inRedoxNames(patient),
    Visit: visit ? inRedoxNames(visit) : undefined,
    Media: inRedoxNames(media),
    Orders: orders?.length ? inRedoxNames(orders) : undefined,
  });
}

function inRedoxNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inRedoxNames);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([, one]) => one !== null && one !== undefined);
  return Object.fromEntries(members.map(([name, one]) => [nameOf(name), inRedoxNames(one)]));
}

function nameOf(name: string): string {
  return NAMES[name] ?? name.charAt(0).toUpperCase() + name.slice(1);
}
