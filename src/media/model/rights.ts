/**
 * The rights of one caller. They are checked in the core, below GraphQL, where no resolver can bypass them: for every need before
 * it is loaded, and for every item before it is returned, even if another caller's call returned it.
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

/** The client program that calls the gateway, and the person or service on whose behalf it calls. */
export interface Caller extends CallerName {
  readonly rights: Rights;
  /** When its token expires (`exp`), in milliseconds since 1970; infinite without a token. */
  readonly expiresAt: number;
}

/** What distinguishes a caller from others, regardless of its rights. */
export interface CallerName {
  /** The token's `sub`; null if it has none, and for a caller without a token. */
  readonly subject: string | null;
  /** The client program: the token's `client_id` (RFC 9068), else `azp` (OpenID Connect). */
  readonly clientId: string | null;
  /** A digest of the token if it names neither, as nothing else distinguishes two such callers. Null for all others. */
  readonly token: string | null;
}

/** Equal for the same caller, regardless of its rights. */
export function callerKey({ subject, clientId, token }: CallerName): string {
  return JSON.stringify([subject, clientId, token]);
}

export const ALL_RIGHTS: Rights = { scopes: new Set(SCOPES), destinations: 'all', patients: 'all' };

const rightsKeys = new WeakMap<Rights, RightsKey>();

/** Equal for equal rights, and different for different ones: only callers of equal rights share calls. */
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

/**
 * Equal for equal rights, and short, as rights may list many patients. It is cached, as the rights of one token belong to many
 * operations.
 */
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
 * @throws FORBIDDEN when the need goes beyond the rights. A caller who is limited to some patients may have a need that names no
 * patients: only these patients are queried, and only their items are returned.
 */
export function checkNeed(need: Need, rights: Rights): void {
  if (!coversNeed(need, rights)) throw forbidden();
}

/** Whether `checkNeed` accepts the need. */
export function coversNeed({ destination, box }: Need, rights: Rights): boolean {
  if (!rights.scopes.has('media:read') || !covers(rights.destinations, destination)) return false;
  if (box.patients === 'all' || rights.patients === 'all') return true;
  for (const patient of box.patients) if (!coversPatient(rights, identifiersOf(patient))) return false;
  return true;
}

/** Whether the rights name patients by an IDType of the need's patients; only then can other patients be proved to be others. */
export function isComparable({ box }: Need, { patients }: Rights): boolean {
  if (patients === 'all' || box.patients === 'all') return true;
  const types = typesNamedBy(patients);
  return [...box.patients].every((patient) => identifiersOf(patient).some(({ idType }) => types.has(idType)));
}

const typesOfLists = new WeakMap<ReadonlySet<IdentifierKey>, ReadonlySet<string>>();

/** The IDTypes by which the rights name patients. They are cached, as one operation opens many ids, and the list may be long. */
function typesNamedBy(patients: ReadonlySet<IdentifierKey>): ReadonlySet<string> {
  let types = typesOfLists.get(patients);
  if (types === undefined) {
    types = new Set([...patients].flatMap((key) => identifiersOf(key).map(({ idType }) => idType)));
    typesOfLists.set(patients, types);
  }
  return types;
}

/**
 * @throws FORBIDDEN when the rights do not cover a write about this patient. Unlike in a query, they must cover every identifier:
 * if two identifiers name two patients, the destination may file the document under either.
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

/**
 * The patients whom the rights name, one for each identifier, since the entries of `Patients[]` in a Media Query are
 * alternatives.
 */
export function patientsNamedBy({ patients }: Rights): Values<PatientKey> {
  if (patients === 'all') return 'all';
  let named = patientsOfLists.get(patients);
  if (named === undefined) {
    named = new Set([...patients].map(patientWith));
    patientsOfLists.set(patients, named);
  }
  return named;
}

/** The need, without the files that the caller may not read. */
export function withReadableFiles(need: Need, { scopes }: Rights): Need {
  return need.files === 'skip' || scopes.has('content:read') ? need : { ...need, files: 'skip' };
}

/** The items that the caller may see; without their files when it may not read files. */
export function receivable(items: readonly Item[], { box }: Need, rights: Rights): readonly Item[] {
  const isReadable = rights.scopes.has('content:read') || !items.some(holdsFile);
  const readable = isReadable ? items : items.map(withholdContents);
  if (rights.patients === 'all') return readable;
  // The patients of the need, which were checked, then determine to whom an item without identifiers belongs.
  const isSettled = box.patients !== 'all';
  const isReceivable = ({ identifiers, attributedTo }: Item) => {
    const named = attributedTo ?? identifiers;
    return named.length === 0 ? isSettled : coversPatient(rights, named);
  };
  // Returns the very list of a remembered answer if possible, as that is sorted already.
  return readable.every(isReceivable) ? readable : readable.filter(isReceivable);
}

function holdsFile({ contents }: Item): boolean {
  return contents.kind === 'inline' && contents.file !== 'skipped';
}

/** What is kept still distinguishes the document from others, as its id must. */
function withholdContents(item: Item): Item {
  return item.contents.kind === 'inline' && holdsFile(item)
    ? { ...item, contents: { ...item.contents, file: 'skipped' } }
    : item;
}

/** One identifier is enough: a patient who is requested by several has all of them. */
export function coversPatient({ patients }: Rights, identifiers: Item['identifiers']): boolean {
  return identifiers.some((identifier) => covers(patients, identifierKey(identifier)));
}

/** One of the patient's identifiers that limited rights cover; undefined when there is none, or no limit. */
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
