/** Lets a caller have what a sealed id holds, and ids at all. */
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
 * Opening an id costs no call. It is checked against the caller's rights, and recorded in the audit trail, as if it did: an id
 * that was made for another caller may name a patient whom this one may not know.
 * @throws FORBIDDEN when the caller's rights do not cover what the id holds.
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
 * Whether the caller may know what the id of a document holds without a look at the document: the id holds identifiers of one type of
 * its patient, or none, where the rights may name the patient by another.
 */
export function isCoveredByItself({ patient }: MediaReference, rights: Rights): boolean {
  return rights.patients === 'all' || (patient !== null && coversPatient(rights, patient.identifiers));
}

/**
 * The id of a visit of no known patient tells the visit's number, which was perhaps made for a caller with other rights. One who
 * is limited to patients may know it when some document of the visit is theirs, which costs a call.
 * @throws FORBIDDEN when none is, whether there is such a visit or not.
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
 * For what a client asks for by itself: a caller who may read nothing gets nothing of it. Other callers are checked, and
 * recorded, by what they load.
 * @throws FORBIDDEN without the scope `media:read`.
 */
export function admitReader<T extends PatientModel | VisitModel>(
  requested: T,
  { loader, rights }: Pick<Context, 'loader' | 'rights'>,
): T {
  if (!rights.scopes.has('media:read')) admitReference(requested, loader);
  return requested;
}

/**
 * For the id of a node, which a client may have asked for by itself: no id is made for a caller whose rights do not cover it.
 * @throws FORBIDDEN
 */
export function admitNode<T extends PatientModel | VisitModel>(
  node: T,
  { loader, rights }: Pick<Context, 'loader' | 'rights'>,
): T {
  if (rights.patients !== 'all' || rights.destinations !== 'all') loader.check(needOf(node));
  return node;
}

/**
 * A cursor belongs to one list, as callers of equal rights read it.
 * @throws FORBIDDEN for a cursor of another patient than those to whom the rights are limited, BAD_USER_INPUT for any other of
 * another list.
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
 * A cursor tells where its document stands among others, and was perhaps made for a caller with other rights. One who is limited
 * to patients may use it when it is of a patient whom its rights, or the documents it may see, name.
 * @throws FORBIDDEN
 */
export function admitCursors(
  { after, before }: { readonly after: OpenedCursor | null; readonly before: OpenedCursor | null },
  items: readonly Item[],
  destination: DestinationAlias,
  { loader, rights }: Pick<Context, 'loader' | 'rights'>,
): void {
  // Among no documents, a cursor tells nothing.
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
