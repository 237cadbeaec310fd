/** Reads references of routers, and ids: a key must be complete, and two keys of one reference must name the same node. */
import type { GraphQLResolveInfo } from 'graphql';
import { badInput } from '../../errors.ts';
import type { DestinationAlias } from '../../media/model/keys.ts';
import { admitReader, admitReference, admitVisit } from '../nodes/admit-reference.ts';
import { createVisit, type NodeModel, type PatientModel, type VisitModel } from '../nodes/models.ts';
import { type MediaReference, openId } from '../nodes/node-id.ts';
import type { Context } from '../server/context.ts';
import { readId, readPatient, readText } from './arguments.ts';
import { readDestination } from './destinations.ts';

type Opened = PatientModel | VisitModel | MediaReference;
type Kind = Opened['kind'];

/** A document of one destination by its DocumentID. */
export interface MediaKey {
  readonly kind: 'MediaKey';
  readonly destination: DestinationAlias;
  readonly documentId: string;
}

const TYPES: Readonly<Record<Kind, NodeModel['kind']>> = {
  Patient: 'Patient',
  Visit: 'Visit',
  MediaReference: 'Media',
};

/**
 * The node for which an id was sealed. `path`: the argument that holds the id. @throws FORBIDDEN when the caller may not know
 * what the id contains: callers may pass ids on to others.
 */
export function openReference(id: unknown, path: string, { ids, destinations, loader }: Context): Opened {
  const reference = openId(readText(id, path), ids);
  if (reference === undefined || !destinations.aliases.includes(reference.destination)) {
    throw badInput(path, 'is not an id of this gateway');
  }
  admitReference(reference, loader);
  return reference;
}

export function readPatientReference(reference: object, context: Context): PatientModel {
  const key = new ReferenceKey(reference, context);
  const opened = key.open('Patient');
  if (opened === null) {
    const destination = key.readDestination();
    const { value, idType } = key.readParts('identifier');
    const identifier = { value: readId(value, pathTo('identifier.value')), idType: readType(idType) };
    return admitReader(readPatient([identifier], destination, pathTo('identifier')), context);
  }
  const { value, idType } = key.readParts('identifier');
  const isNamed = opened.identifiers.some(
    (one) =>
      (isAbsent(value) || one.id === readId(value, pathTo('identifier.value'))) &&
      (isAbsent(idType) || one.idType === readType(idType)),
  );
  if (!isNamed) throw contradiction();
  return opened;
}

export function readVisitReference(
  reference: object,
  context: Context,
  info: GraphQLResolveInfo,
): VisitModel | Promise<VisitModel> {
  const key = new ReferenceKey(reference, context);
  const opened = key.open('Visit');
  if (opened === null) {
    return admitReader(createVisit(key.readDestination(), key.read('visitNumber'), null), context);
  }
  const compareKeys = (visit: VisitModel) => {
    key.compare('visitNumber', visit.visitNumber);
    return visit;
  };
  // Only a caller who may know the visit learns that a key contradicts its id.
  const admitted = admitVisit(opened, context, info);
  return admitted instanceof Promise ? admitted.then(compareKeys) : compareKeys(admitted);
}

/** A document by its id, which is returned as it was given. */
export interface OpenedMedia {
  readonly kind: 'OpenedMedia';
  readonly id: string;
  readonly reference: MediaReference;
  /** Compares the id with the other key. @throws BAD_USER_INPUT, which reveals what the id does not contain. */
  readonly compareKeys: () => void;
}

export function readMediaReference(representation: object, context: Context): OpenedMedia | MediaKey {
  const key = new ReferenceKey(representation, context);
  const reference = key.open('MediaReference');
  if (reference === null) {
    const [destination, documentId] = [key.readDestination(), key.read('documentId')];
    return { kind: 'MediaKey', destination, documentId };
  }
  const compareKeys = () => key.compare('documentId', reference.documentId);
  return { kind: 'OpenedMedia', id: key.read('id'), reference, compareKeys };
}

/** The properties of a reference, whose types nothing has checked. */
class ReferenceKey {
  readonly #members: Readonly<Record<string, unknown>>;
  readonly #context: Context;

  constructor(reference: object, context: Context) {
    this.#members = { ...reference };
    this.#context = context;
  }

  /** The node for which its id was sealed, after comparing the destination; null when the reference has no id. */
  open<K extends Kind>(kind: K): Extract<Opened, { kind: K }> | null {
    const { id } = this.#members;
    if (isAbsent(id)) return null;
    const opened = openReference(id, pathTo('id'), this.#context);
    if (!isOfKind(opened, kind)) throw badInput(pathTo('id'), `is not an id of a ${TYPES[kind]}`);
    this.compare('destination', opened.destination);
    return opened;
  }

  /** There is no default: the same number means another patient at another destination. */
  readDestination(): DestinationAlias {
    return readDestination(this.read('destination'), this.#context.destinations);
  }

  read(name: string): string {
    return readId(this.#members[name], pathTo(name));
  }

  readParts(name: string): Readonly<Record<string, unknown>> {
    const parts = this.#members[name];
    if (isAbsent(parts)) return {};
    if (typeof parts !== 'object' || Array.isArray(parts)) throw badInput(pathTo(name), 'must be an object');
    return { ...parts };
  }

  /** A property beside an id must have the same value as in the id. */
  compare(name: string, known: string | null): void {
    if (!isAbsent(this.#members[name]) && this.read(name) !== known) throw contradiction();
  }
}

function isOfKind<K extends Kind>(opened: Opened, kind: K): opened is Extract<Opened, { kind: K }> {
  return opened.kind === kind;
}

function readType(idType: unknown): string {
  return readText(idType, pathTo('identifier.idType'));
}

function isAbsent(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

function contradiction() {
  return badInput(pathTo('id'), 'contradicts the other key');
}

function pathTo(name: string): string {
  return `representations.${name}`;
}
