/** Decides whether a caller may use the contents of a sealed id. */
import type { GraphQLResolveInfo } from 'graphql';
import { badInput, GatewayError } from '../../errors.ts';
import type { MediaLoader } from '../../media/loader.ts';
import type { DestinationAlias } from '../../media/model/keys.ts';
import { createNeed, type Need } from '../../media/model/need.ts';
import { hasAllIdentifiers } from '../../media/model/patients.ts';
import { coversPatient, type Rights } from '../../media/model/rights.ts';
import type { Identifier, Item } from '../../redox/messages.ts';
import type { Context } from '../server/context.ts';
import type { CursorList, OpenedCursor } from './cursor.ts';
import { loadMedia } from './load-media.ts';
import type { PatientModel, VisitModel } from './models.ts';
import type { MediaReference } from './node-id.ts';

/**
 * Opening an id costs no call, but it is checked against the caller's rights and recorded in the audit trail like a call: an id
 * that was made for another caller may name a patient whom this one may not know. @throws FORBIDDEN when the caller's rights do
 * not cover what the id contains.
 */
export function admitReference(
  reference: PatientModel | VisitModel | MediaReference,
  loader: MediaLoader,
): void {
  if (reference.kind !== 'MediaReference') {
    loader.admit(needOf(reference));
  } else if (reference.patient === null) {
    loader.admit(createNeed(reference.destination, {}));
  } else {
    loader.admitDocument(createNeed(reference.destination, { patients: [reference.patient.identifiers] }));
  }
}

/**
 * Whether the contents of a document's id suffice to check the caller's rights. If not, the document has to be loaded: the id
 * contains identifiers of one type of its patient, or none, while the rights may name the patient by another type.
 */
export function isCoveredByItself({ patient }: MediaReference, rights: Rights): boolean {
  return rights.patients === 'all' || (patient !== null && coversPatient(rights, patient.identifiers));
}

/**
 * The id of a visit without a patient reveals the number of the visit, and may have been made for a caller with other rights. A
 * caller who is limited to some patients may know it if at least one document of the visit is about one of them, which costs a
 * call. @throws FORBIDDEN if there is no such document, whether the visit exists or not.
 */
export function admitVisit(
  visit: VisitModel,
  context: Context,
  info: GraphQLResolveInfo,
): VisitModel | Promise<VisitModel> {
  if (visit.patient !== null || context.rights.patients === 'all') return visit;
  return admitVisitOfAny(visit, context, info);
}

async function admitVisitOfAny(
  visit: VisitModel,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<VisitModel> {
  const { destination, visitNumber } = visit;
  const lists = { visitNumbers: [visitNumber] };
  const items = await loadMedia(context, info, { ...lists, destination });
  if (items.length > 0) return visit;
  return context.loader.refuse(createNeed(destination, lists), new GatewayError('FORBIDDEN'));
}

/**
 * For a node that a client may select without loading anything. Callers who load documents are checked, and recorded, when they
 * do. @throws FORBIDDEN without the scope `media:read`.
 */
export function admitReader<T extends PatientModel | VisitModel>(
  requested: T,
  { loader, rights }: Pick<Context, 'loader' | 'rights'>,
): T {
  if (!rights.scopes.has('media:read')) admitReference(requested, loader);
  return requested;
}

/**
 * For the `id` of a node, which a client may select without anything else: no id is made for a caller whose rights do not cover
 * the node. @throws FORBIDDEN
 */
export function admitNode<T extends PatientModel | VisitModel>(
  node: T,
  { loader, rights }: Pick<Context, 'loader' | 'rights'>,
): T {
  if (rights.patients !== 'all' || rights.destinations !== 'all') loader.check(needOf(node));
  return node;
}

/**
 * A cursor belongs to one list, read by callers of equal rights. @throws FORBIDDEN for a cursor of a patient whom the caller's
 * rights do not cover, BAD_USER_INPUT for any other cursor of another list.
 */
export function checkCursors(
  { after, before }: { readonly after: OpenedCursor | null; readonly before: OpenedCursor | null },
  list: CursorList,
  destination: DestinationAlias,
  { loader, rights }: Pick<Context, 'loader' | 'rights'>,
): void {
  if (after === null && before === null) return;
  for (const [argument, cursor] of Object.entries({ after, before })) {
    if (cursor === null || cursor.listKey === null || cursor.listKey === list.key) continue;
    if (!coversPatient(rights, cursor.owner)) refuseCursor(cursor, destination, loader);
    throw badInput(argument, 'is not a cursor of this list');
  }
}

/**
 * A cursor reveals the position of its document among others, and may have been made for a caller with other rights. A caller who
 * is limited to some patients may use it if it names a patient whom these rights, or the documents that the caller may see, name.
 * @throws FORBIDDEN
 */
export function admitCursors(
  { after, before }: { readonly after: OpenedCursor | null; readonly before: OpenedCursor | null },
  items: readonly Item[],
  destination: DestinationAlias,
  { loader, rights }: Pick<Context, 'loader' | 'rights'>,
): void {
  // In an empty list, a cursor reveals nothing.
  if (rights.patients === 'all' || items.length === 0) return;
  for (const cursor of [after, before]) {
    if (cursor === null || isOfThese(cursor.owner, items, rights)) continue;
    refuseCursor(cursor, destination, loader);
  }
}

function refuseCursor({ owner }: OpenedCursor, destination: DestinationAlias, loader: MediaLoader): never {
  const patients = owner.length > 0 ? [owner] : null;
  return loader.refuse(createNeed(destination, { patients }), new GatewayError('FORBIDDEN'));
}

function isOfThese(owner: readonly Identifier[], items: readonly Item[], rights: Rights): boolean {
  if (coversPatient(rights, owner)) return true;
  return owner.length > 0 && items.some(({ identifiers }) => hasAllIdentifiers(identifiers, owner));
}

function needOf(node: PatientModel | VisitModel): Need {
  const patient = node.kind === 'Patient' ? node : node.patient;
  return createNeed(node.destination, patient === null ? {} : { patients: [patient.identifiers] });
}
