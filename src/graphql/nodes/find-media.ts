/** Fetches one document: by its DocumentID, or by the contents of its sealed id. */
import type { GraphQLResolveInfo } from 'graphql';
import { DEFAULT_ORDER, firstInOrder, type Placed, placeInOrder } from '../../documents/order.ts';
import { GatewayError } from '../../errors.ts';
import { fingerprintOf } from '../../media/model/item.ts';
import type { DestinationAlias } from '../../media/model/keys.ts';
import type { NeedLists } from '../../media/model/need.ts';
import { distinctPatients, hasAllIdentifiers } from '../../media/model/patients.ts';
import type { Item } from '../../redox/messages.ts';
import type { Context } from '../server/context.ts';
import { mediaFactory, originAt } from './found-media.ts';
import { loadMedia, type MediaLists } from './load-media.ts';
import { createVisit, type MediaModel } from './models.ts';
import { itemsOfDocument } from './newest-version.ts';
import type { MediaReference } from './node-id.ts';

/** The document with this DocumentID; of several versions, the one with the newest service. Null: there is no such document. */
export async function findMediaByDocumentId(
  context: Context,
  info: GraphQLResolveInfo,
  { destination, documentId }: { readonly destination: DestinationAlias; readonly documentId: string },
): Promise<MediaModel | null> {
  const found = await loadMedia(context, info, { destination, documentIds: [documentId] });
  const items = itemsOfDocument(found, documentId);
  if (distinctPatients(items).length > 1) throw new GatewayError('UPSTREAM_PROTOCOL');
  const newest = firstInOrder(items, DEFAULT_ORDER);
  if (newest === undefined) return null;
  return mediaFactory(originAt(destination))(newest.item, newest.ordinal);
}

/** The exact document for which the id was sealed; null when the destination no longer has it. */
export async function findMediaByReference(
  context: Context,
  info: GraphQLResolveInfo,
  reference: MediaReference,
): Promise<MediaModel | null> {
  const { destination, patient, visitNumber } = reference;
  const found = await findReferred(reference, (lists) => loadMedia(context, info, lists));
  if (found === null) return null;
  // The identifiers on the document take precedence over those in the id.
  const owner = found.item.identifiers.length === 0 ? patient : null;
  // For a document that states neither a patient nor a visit, the id contains the visit number by which it was found.
  const visit = visitNumber === null ? null : createVisit(destination, visitNumber, null);
  return mediaFactory(originAt(destination, { owner, visit }))(found.item, found.ordinal);
}

/** Like `findMediaByReference`, but returns only the item. `load`: loads the items that satisfy the lists. */
export async function findReferred(
  reference: MediaReference,
  load: (lists: MediaLists) => Promise<readonly Item[]>,
): Promise<Placed | null> {
  const lists = listsOf(reference);
  if (lists === null) return null;
  const placed = placeInOrder(await load({ ...lists, destination: reference.destination }), DEFAULT_ORDER);
  return placed.find((one) => isSame(one, reference)) ?? onlyVersion(placed, reference) ?? null;
}

function listsOf({ documentId, patient, visitNumber }: MediaReference): NeedLists | null {
  if (documentId !== null) return { documentIds: [documentId] };
  if (patient !== null) return { patients: [patient.identifiers] };
  return visitNumber === null ? null : { visitNumbers: [visitNumber] };
}

function isSame({ item, ordinal }: Placed, reference: MediaReference): boolean {
  return (
    item.documentId === reference.documentId &&
    ordinal === reference.ordinal &&
    fingerprintOf(item) === reference.fingerprint
  );
}

/** A document may change under its DocumentID; it counts as the same one if the patient has exactly one document with that id. */
function onlyVersion(placed: readonly Placed[], { documentId, patient }: MediaReference): Placed | undefined {
  if (documentId === null || patient === null) return undefined;
  const [only, ...others] = placed.filter(({ item }) =>
    hasAllIdentifiers(item.identifiers, patient.identifiers),
  );
  return others.length === 0 ? only : undefined;
}
