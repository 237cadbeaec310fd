/**
 * What one caller may see. It is checked in the core, below GraphQL, where no resolver can bypass it: every need on its way in,
 * and every item on its way out, also when another caller's call brought it.
 */
import { hash } from 'node:crypto';
import { GatewayError } from '../../errors.ts';
import type { Identifier, Item } from '../../redox/messages.ts';
import { type Values, valuesKey } from './box.ts';
import {
  type DestinationAlias,
  type IdentifierKey,
  identifierKey,
  identifiersOf,
  type PatientKey,
  patientWith,
  type RightsKey,
  rightsKey,
} from './keys.ts';
import type { Need } from './need.ts';

export const SCOPES = ['media:read', 'media:write', 'content:read'] as const;
export type Scope = (typeof SCOPES)[number];

export interface Rights {
  readonly scopes: ReadonlySet<string>;
  readonly destinations: Values<DestinationAlias>;
  /** The patients who have at least one of these identifiers. */
  readonly patients: Values<IdentifierKey>;
}

/** The program that calls the gateway, and the person or service that it calls for. */
export interface Caller extends CallerName {
  readonly rights: Rights;
  /** When its token expires (`exp`), in milliseconds since 1970; infinite without a token. */
  readonly expiresAt: number;
}

/** What tells a caller from others, whatever its rights. */
export interface CallerName {
  /** The token's `sub`; null when it has none, and for a caller without a token. */
  readonly subject: string | null;
  /** The program: the token's `client_id` (RFC 9068), else `azp` (OpenID Connect). */
  readonly clientId: string | null;
  /** A digest of the token where it names neither: nothing else tells two such callers apart. Null for all others. */
  readonly token: string | null;
}

/** The same text for the same caller, whatever its rights. */
export function callerKey({ subject, clientId, token }: CallerName): string {
  return JSON.stringify([subject, clientId, token]);
}

export const ALL_RIGHTS: Rights = { scopes: new Set(SCOPES), destinations: 'all', patients: 'all' };

const rightsKeys = new WeakMap<Rights, RightsKey>();

/** The same string for equal rights, and different strings for different rights: only callers of equal rights share calls. */
export function rightsKeyOf(rights: Rights): RightsKey {
  let key = rightsKeys.get(rights);
  if (key === undefined) {
    const { scopes, destinations, patients } = rights;
    key = rightsKey([scopes, destinations, patients].map(valuesKey).join('|'));
    rightsKeys.set(rights, key);
  }
  return key;
}

const digests = new WeakMap<Rights, RightsKey>();

/** Equal for equal rights, and short: rights may list many patients. Kept with them, as one token's are of many operations. */
export function hashRights(rights: Rights): RightsKey {
  let digest = digests.get(rights);
  if (digest === undefined) {
    digest = rightsKey(hash('sha256', rightsKeyOf(rights), 'base64url'));
    digests.set(rights, digest);
  }
  return digest;
}

/** @throws FORBIDDEN when the rights lack the scope. */
export function requireScope({ scopes }: Rights, scope: Scope): void {
  if (!scopes.has(scope)) throw forbidden();
}

/**
 * @throws FORBIDDEN when the need goes beyond the rights. A need that names no patients is allowed to a caller who is limited to
 * some: only those patients are asked for, and only their items are received.
 */
export function checkNeed(need: Need, rights: Rights): void {
  if (!coversNeed(need, rights)) throw forbidden();
}

/** Whether `checkNeed` lets the need pass. */
export function coversNeed({ destination, box }: Need, rights: Rights): boolean {
  if (!rights.scopes.has('media:read') || !covers(rights.destinations, destination)) return false;
  if (box.patients === 'all' || rights.patients === 'all') return true;
  for (const patient of box.patients) if (!coversPatient(rights, identifiersOf(patient))) return false;
  return true;
}

/** Whether the rights name patients by some IDType of the need's patients; only then are others than theirs provably others. */
export function isComparable({ box }: Need, { patients }: Rights): boolean {
  if (patients === 'all' || box.patients === 'all') return true;
  const types = typesNamedBy(patients);
  return [...box.patients].every((patient) => identifiersOf(patient).some(({ idType }) => types.has(idType)));
}

const typesOfLists = new WeakMap<ReadonlySet<IdentifierKey>, ReadonlySet<string>>();

/** The IDTypes by which the rights name patients. Kept with their list: one operation opens many ids, and the list may be long. */
function typesNamedBy(patients: ReadonlySet<IdentifierKey>): ReadonlySet<string> {
  let types = typesOfLists.get(patients);
  if (types === undefined) {
    types = new Set([...patients].flatMap((key) => identifiersOf(key).map(({ idType }) => idType)));
    typesOfLists.set(patients, types);
  }
  return types;
}

/**
 * @throws FORBIDDEN when the rights do not cover a write about this patient. Unlike in a query, they must cover every
 * identifier: if two identifiers name two patients, the destination may file the document under either.
 */
export function checkWrite(
  destination: DestinationAlias,
  identifiers: Item['identifiers'],
  rights: Rights,
): void {
  requireScope(rights, 'media:write');
  if (!covers(rights.destinations, destination)) throw forbidden();
  if (!identifiers.every((identifier) => covers(rights.patients, identifierKey(identifier))))
    throw forbidden();
}

const patientsOfLists = new WeakMap<ReadonlySet<IdentifierKey>, ReadonlySet<PatientKey>>();

/** The patients whom the rights name, a patient for each identifier: `Patients[]` of a Media Query are alternatives. */
export function patientsNamedBy({ patients }: Rights): Values<PatientKey> {
  if (patients === 'all') return 'all';
  let named = patientsOfLists.get(patients);
  if (named === undefined) {
    named = new Set([...patients].map(patientWith));
    patientsOfLists.set(patients, named);
  }
  return named;
}

/** The need, without what the caller may not know of files. */
export function withReadableFiles(need: Need, { scopes }: Rights): Need {
  return need.files === 'skip' || scopes.has('content:read') ? need : { ...need, files: 'skip' };
}

/** Those of the items that the caller may see; without their files when it may not read files. */
export function receivable(items: readonly Item[], { box }: Need, rights: Rights): readonly Item[] {
  const isReadable = rights.scopes.has('content:read') || !items.some(holdsFile);
  const readable = isReadable ? items : items.map(withholdContents);
  if (rights.patients === 'all') return readable;
  // The patients of the need, which were checked, then say to whom an item without identifiers belongs.
  const isSettled = box.patients !== 'all';
  const isReceivable = ({ identifiers, attributedTo }: Item) => {
    const named = attributedTo ?? identifiers;
    return named.length === 0 ? isSettled : coversPatient(rights, named);
  };
  // The very list of a remembered answer is sorted already.
  return readable.every(isReceivable) ? readable : readable.filter(isReceivable);
}

function holdsFile({ contents }: Item): boolean {
  return contents.kind === 'inline' && contents.file !== 'skipped';
}

/** What is left still tells the document from others, as its id must. */
function withholdContents(item: Item): Item {
  return item.contents.kind === 'inline' && holdsFile(item)
    ? { ...item, contents: { ...item.contents, file: 'skipped' } }
    : item;
}

/** One identifier is enough: a patient who is asked for by several has all of them. */
export function coversPatient({ patients }: Rights, identifiers: Item['identifiers']): boolean {
  return identifiers.some((identifier) => covers(patients, identifierKey(identifier)));
}

/** Of the identifiers of a patient, one by which limited rights cover it; undefined when there is none, or no limit. */
export function coveringIdentifier<T extends Identifier>(
  { patients }: Rights,
  identifiers: readonly T[],
): T | undefined {
  if (patients === 'all') return undefined;
  return identifiers.find((identifier) => patients.has(identifierKey(identifier)));
}

function covers<T extends string>(values: Values<T>, value: T): boolean {
  return values === 'all' || values.has(value);
}

function forbidden(): GatewayError {
  return new GatewayError('FORBIDDEN');
}
