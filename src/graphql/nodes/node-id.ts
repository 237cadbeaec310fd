/** Sealed ids: they hold what is needed to fetch a node again, and are opaque to clients. */
import { z } from 'zod';
import { fingerprintOf } from '../../media/model/item.ts';
import { type DestinationAlias, destinationAlias, identifierKey } from '../../media/model/keys.ts';
import type { Identifier } from '../../redox/messages.ts';
import type { Seal } from '../../seal.ts';
import {
  createPatient,
  createPatientOfDocument,
  createVisit,
  type MediaModel,
  type NodeModel,
  type PatientModel,
  type VisitModel,
} from './models.ts';

/** A Media that is known by its id and has not been fetched. */
export interface MediaReference {
  readonly kind: 'MediaReference';
  readonly destination: DestinationAlias;
  readonly documentId: string | null;
  /** Named by the document's identifiers of one IDType, or by those of the patient through whom it was reached. */
  readonly patient: PatientModel | null;
  /** Given only if there is neither a document id nor a patient. */
  readonly visitNumber: string | null;
  readonly fingerprint: string;
  readonly ordinal: number;
}

const pair = z.tuple([z.string(), z.string()]);
const pairs = z.tuple([pair], pair);
export const mediaPayloadSchema = z.tuple([
  z.literal('M'),
  z.string(),
  z.string().nullable(),
  pairs.nullable(),
  z.string().nullable(),
  z.string(),
  z.number(),
]);
export type MediaPayload = z.infer<typeof mediaPayloadSchema>;
/** Present for a patient whom a document names: the number of the visit from which it was reached, if any. */
const from = z.string().nullable();
const payloadSchema = z.union([
  z.tuple([z.literal('P'), z.string(), pairs]),
  z.tuple([z.literal('P'), z.string(), pairs, from]),
  z.tuple([z.literal('V'), z.string(), z.string(), pairs.nullable()]),
  z.tuple([z.literal('V'), z.string(), z.string(), pairs, from]),
  mediaPayloadSchema,
]);
type Payload = z.infer<typeof payloadSchema>;

export function sealId(node: NodeModel, ids: Seal): string {
  return ids.close(payloadOf(node));
}

/** Undefined for a text that this gateway did not seal as an id. */
export function openId(id: string, ids: Seal): PatientModel | VisitModel | MediaReference | undefined {
  const parsed = payloadSchema.safeParse(ids.open(id));
  if (!parsed.success) return undefined;
  const payload = parsed.data;
  if (payload[0] === 'P') {
    const [, destination, identifiers, from] = payload;
    return openPatient(destinationAlias(destination), identifiers, from);
  }
  if (payload[0] === 'V') {
    const [, alias, visitNumber, identifiers, from] = payload;
    const destination = destinationAlias(alias);
    return createVisit(destination, visitNumber, identifiers && openPatient(destination, identifiers, from));
  }
  return mediaReferenceOf(payload);
}

export function mediaReferenceOf(payload: MediaPayload): MediaReference {
  const [, alias, documentId, patient, visitNumber, fingerprint, ordinal] = payload;
  const destination = destinationAlias(alias);
  return {
    kind: 'MediaReference',
    destination,
    documentId,
    patient: patient && openPatient(destination, patient, undefined),
    visitNumber,
    fingerprint,
    ordinal,
  };
}

/** A patient who is reached in two ways is two nodes: each id contains one list of identifiers and leads to the same visits. */
function payloadOf(node: NodeModel): Payload {
  if (node.kind === 'Patient') {
    const identifiers = pairsOf(node.identifiers);
    return node.isOfDocument
      ? ['P', node.destination, identifiers, fromOf(node)]
      : ['P', node.destination, identifiers];
  }
  if (node.kind === 'Visit') {
    const { destination, visitNumber, patient } = node;
    if (patient === null) return ['V', destination, visitNumber, null];
    const identifiers = pairsOf(patient.identifiers);
    return patient.isOfDocument
      ? ['V', destination, visitNumber, identifiers, fromOf(patient)]
      : ['V', destination, visitNumber, identifiers];
  }
  return mediaPayloadOf(node);
}

function fromOf({ from }: PatientModel): string | null {
  return from?.visitNumber ?? null;
}

/** Made of what the item itself states, as far as possible: a document has the same id in whatever way it was reached. */
export function mediaPayloadOf({ destination, item, ordinal, patient, visit }: MediaModel): MediaPayload {
  // A document without a DocumentID can be found again only by the identifiers that its patient was requested by: no others may
  // be known.
  const requestedBy = item.documentId === null ? item.attributedTo : undefined;
  const identifiers = requestedBy ?? leastIdentifiers(item.identifiers) ?? patient?.identifiers ?? null;
  const needsVisit = item.documentId === null && identifiers === null;
  return [
    'M',
    destination,
    item.documentId,
    identifiers && pairsOf(identifiers),
    needsVisit ? (item.visitNumber ?? visit?.visitNumber ?? null) : null,
    fingerprintOf(item),
    ordinal,
  ];
}

/**
 * The patient of a document in short: by the document's identifiers of one IDType, else by the requested identifiers; empty if
 * unknown.
 */
export function ownerOf({ item, patient }: Pick<MediaModel, 'item' | 'patient'>): readonly Identifier[] {
  return item.attributedTo ?? leastIdentifiers(item.identifiers) ?? patient?.identifiers ?? [];
}

/**
 * The identifiers of one IDType, the same ones in whatever order the destination sends them. One would identify the patient, but
 * the rights of the caller who opens the id may name the patient by any of them: a patient whose two charts were merged has two
 * numbers.
 */
function leastIdentifiers(identifiers: readonly Identifier[]): [Identifier, ...Identifier[]] | null {
  const [first, ...rest] = identifiers;
  if (first === undefined) return null;
  const least = rest.reduce((a, b) => (identifierKey(b) < identifierKey(a) ? b : a), first);
  const others = identifiers.filter(({ id, idType }) => idType === least.idType && id !== least.id);
  if (others.length === 0) return [least];
  const byKey = new Map(others.map((one) => [identifierKey(one), one]));
  return [least, ...[...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one)];
}

function pairsOf([first, ...others]: PatientModel['identifiers']): z.infer<typeof pairs> {
  return [pairOf(first), ...others.map(pairOf)];
}

function pairOf({ id, idType }: Identifier): [string, string] {
  return [id, idType];
}

/** `from` is absent for a patient who was requested by identifiers. */
function openPatient(
  destination: DestinationAlias,
  [first, ...others]: z.infer<typeof pairs>,
  from: string | null | undefined,
): PatientModel {
  const identifiers: PatientModel['identifiers'] = [identifierOf(first), ...others.map(identifierOf)];
  const visit = typeof from === 'string' ? createVisit(destination, from, null) : null;
  return from === undefined
    ? createPatient(destination, identifiers)
    : createPatientOfDocument(destination, identifiers, visit, null);
}

function identifierOf([id, idType]: [string, string]): Identifier {
  return { id, idType };
}
