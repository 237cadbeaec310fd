/**
 * The rules of IHE's Basic Audit Log Patterns for the profiles that the audit trail claims, as data: what their
 * StructureDefinitions (https://profiles.ihe.net/ITI/BALP) demand of an AuditEvent beyond FHIR R4.
 */

interface Coding {
  readonly system: string;
  readonly code: string;
}

interface Slice {
  /** How often an element of this type may stand there. */
  readonly min: 0 | 1;
  readonly max: 1;
  /** Codes of `type` that put an element into this slice. */
  readonly types: readonly string[];
  readonly required: readonly string[];
  readonly forbidden: readonly string[];
  /** Codes that `role` may have. */
  readonly roles?: readonly string[];
}

interface Profile {
  readonly interactions: readonly string[];
  readonly action: string;
  readonly agents: Readonly<Record<string, Slice>>;
  readonly entities: Readonly<Record<string, Slice>>;
}

export interface AuditEvent {
  readonly meta?: { readonly profile: readonly string[] };
  readonly type: Coding;
  readonly subtype: readonly Coding[];
  readonly action: string;
  readonly recorded: string;
  readonly outcome?: string;
  readonly agent: readonly (Record<string, unknown> & {
    readonly type: { readonly coding: readonly Coding[] };
  })[];
  readonly entity: readonly (Record<string, unknown> & { readonly type: Coding; readonly role?: Coding })[];
}

const DCM = 'http://dicom.nema.org/resources/ontology/DCM';
const V3 = 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType';
const PROVENANCE = 'http://terminology.hl7.org/CodeSystem/provenance-participant-type';
const ENTITY = 'http://terminology.hl7.org/CodeSystem/audit-entity-type';
const ROLE = 'http://terminology.hl7.org/CodeSystem/object-role';
const BALP = 'https://profiles.ihe.net/ITI/BALP';

const one = (type: string): Slice => ({
  min: 1,
  max: 1,
  types: [type],
  required: ['who', 'network'],
  forbidden: ['media'],
});
const user = (...types: string[]): Slice => ({
  min: 0,
  max: 1,
  types,
  required: ['who'],
  forbidden: ['media', 'network'],
});
const TRANSACTION: Slice = {
  min: 0,
  max: 1,
  types: [`${BALP}/CodeSystem/BasicAuditEntityType#XrequestId`],
  required: ['what.identifier.value'],
  forbidden: [],
};
const PATIENT: Slice = {
  min: 1,
  max: 1,
  types: [`${ENTITY}#1`],
  required: ['what', 'role'],
  forbidden: [],
  roles: [`${ROLE}#1`],
};
const QUERY: Slice = {
  min: 1,
  max: 1,
  types: [`${ENTITY}#2`],
  required: ['query', 'role'],
  forbidden: ['what', 'lifecycle', 'detail'],
  roles: [`${ROLE}#24`],
};
const DATA: Slice = {
  min: 1,
  max: 1,
  types: [`${ENTITY}#2`],
  required: ['what', 'role'],
  forbidden: [],
  roles: [`${ROLE}#4`, `${ROLE}#3`, `${ROLE}#20`],
};
const READERS = {
  client: one(`${DCM}#110153`),
  server: one(`${DCM}#110152`),
  user: user(`${V3}#IRCP`),
};
const WRITERS = { ...READERS, user: user(`${V3}#AUT`, `${V3}#INF`, `${V3}#CST`) };
const DELETERS = {
  ...WRITERS,
  client: one(`${DCM}#110150`),
  server: one(`${PROVENANCE}#custodian`),
};
const READ = { interactions: ['search', 'search-type', 'search-system'], action: 'E', agents: READERS };
const WRITTEN = { patient: PATIENT, data: DATA, transaction: TRANSACTION };

const PROFILES: Readonly<Record<string, Profile>> = {
  Query: { ...READ, entities: { query: QUERY, transaction: TRANSACTION } },
  PatientQuery: { ...READ, entities: { query: QUERY, patient: PATIENT, transaction: TRANSACTION } },
  PatientCreate: { interactions: ['create'], action: 'C', agents: WRITERS, entities: WRITTEN },
  PatientUpdate: { interactions: ['update', 'patch'], action: 'U', agents: WRITERS, entities: WRITTEN },
  PatientDelete: { interactions: ['delete'], action: 'D', agents: DELETERS, entities: WRITTEN },
};

/** The profiles that an event claims, without what their addresses have in common. */
export function profilesOf({ meta }: AuditEvent): readonly string[] {
  return (meta?.profile ?? []).map((url) => url.replace(`${BALP}/StructureDefinition/IHE.BasicAudit.`, ''));
}

/** What an event lacks of the profiles that it claims, or has too much. */
export function shortfallsOf(event: AuditEvent): readonly string[] {
  return profilesOf(event).flatMap((name) => {
    const profile = PROFILES[name];
    if (profile === undefined) return [`no such profile: ${name}`];
    const { type, subtype, action, outcome, recorded } = event;
    const interactions = subtype.filter(({ system, code }) => {
      return system === 'http://hl7.org/fhir/restful-interaction' && profile.interactions.includes(code);
    });
    return [
      ...(textOf(type) === 'http://terminology.hl7.org/CodeSystem/audit-event-type#rest' ? [] : ['type']),
      ...(interactions.length === 1 ? [] : ['subtype']),
      ...(action === profile.action ? [] : ['action']),
      ...(outcome === '0' ? [] : ['outcome']),
      ...(recorded ? [] : ['recorded']),
      ...Object.entries(profile.agents).flatMap(([slice, rule]) =>
        checkSlice(`agent[${slice}]`, rule, event.agent, (agent) => agent.type.coding.map(textOf)),
      ),
      ...event.agent.filter(isUser).flatMap((agent) => (agent['requestor'] === true ? [] : ['requestor'])),
      ...Object.entries(profile.entities).flatMap(([slice, rule]) =>
        checkSlice(`entity[${slice}]`, rule, event.entity, (entity) => [textOf(entity.type)]),
      ),
    ];
  });
}

const isUser = ({ type }: AuditEvent['agent'][number]) => type.coding.some(({ system }) => system === V3);

const textOf = ({ system, code }: Coding) => `${system}#${code}`;

function checkSlice<T extends Record<string, unknown>>(
  name: string,
  { min, max, types, required, forbidden, roles }: Slice,
  elements: readonly T[],
  typesOf: (element: T) => readonly string[],
): readonly string[] {
  const found = elements.filter((element) => typesOf(element).some((type) => types.includes(type)));
  const isRole = (role: unknown) => roles === undefined || roles.includes(textOf(role as Coding));
  return [
    ...(found.length < min || found.length > max ? [`${name}: ${found.length}`] : []),
    ...found.flatMap((element) => [
      ...required
        .filter((path) => valueAt(element, path) === undefined)
        .map((path) => `${name} lacks ${path}`),
      ...forbidden
        .filter((path) => valueAt(element, path) !== undefined)
        .map((path) => `${name} has ${path}`),
      ...(isRole(element['role'] ?? { system: '', code: '' }) ? [] : [`${name}.role`]),
    ]),
  ];
}

function valueAt(element: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce((value, key) => (value as Record<string, unknown> | undefined)?.[key], element);
}
