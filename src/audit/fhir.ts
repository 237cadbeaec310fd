/**
 * Writes an entry as a FHIR R4 AuditEvent. An event that succeeded conforms to a profile of IHE's Basic Audit Log Patterns
 * (https://profiles.ihe.net/ITI/BALP). They profile only successes: an event that was refused, failed or is pending claims no
 * profile.
 */
import type { Access, AccessEvent, AccessOutcome } from './access.ts';

const TYPES = 'http://terminology.hl7.org/CodeSystem/audit-event-type';
const INTERACTIONS = 'http://hl7.org/fhir/restful-interaction';
const DICOM = 'http://dicom.nema.org/resources/ontology/DCM';
const PARTICIPATION = 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType';
const PROVENANCE = 'http://terminology.hl7.org/CodeSystem/provenance-participant-type';
const ENTITY_TYPES = 'http://terminology.hl7.org/CodeSystem/audit-entity-type';
const ENTITY_ROLES = 'http://terminology.hl7.org/CodeSystem/object-role';
const BALP = 'https://profiles.ihe.net/ITI/BALP';

/** `0` success, `4` minor failure (caused by the caller), `8` serious failure; no code while the outcome is open. */
const OUTCOMES: Readonly<Record<Exclude<AccessOutcome, 'intended'>, string>> = {
  answered: '0',
  empty: '0',
  refused: '4',
  failed: '8',
};

interface Coding {
  readonly system: string;
  readonly code: string;
  readonly display: string;
}

const SOURCE_ROLE = coding(DICOM, '110153', 'Source Role ID');
const DESTINATION_ROLE = coding(DICOM, '110152', 'Destination Role ID');
const RECIPIENT = coding(PARTICIPATION, 'IRCP', 'information recipient');
const AUTHOR = coding(PARTICIPATION, 'AUT', 'author (originator)');

/** How the profiles name one kind of event, and its participants. */
interface Pattern {
  /** The profile of an event about a patient; null if none applies. */
  readonly profile: string | null;
  readonly interaction: string;
  readonly action: string;
  readonly client: Coding;
  readonly server: Coding;
  readonly user: Coding;
}

const WRITE = { client: SOURCE_ROLE, server: DESTINATION_ROLE, user: AUTHOR };

const PATTERNS: Readonly<Record<AccessEvent, Pattern>> = {
  Query: { ...WRITE, profile: 'PatientQuery', interaction: 'search', action: 'E', user: RECIPIENT },
  New: { ...WRITE, profile: 'PatientCreate', interaction: 'create', action: 'C' },
  Replace: { ...WRITE, profile: 'PatientUpdate', interaction: 'update', action: 'U' },
  // The profile of a creation without a patient requires the created resource, which an upload does not have yet.
  Upload: { ...WRITE, profile: null, interaction: 'create', action: 'C' },
  Delete: {
    profile: 'PatientDelete',
    interaction: 'delete',
    action: 'D',
    client: coding(DICOM, '110150', 'Application'),
    server: coding(PROVENANCE, 'custodian', 'Custodian'),
    user: AUTHOR,
  },
};

/** The name of this gateway in an event. */
const GATEWAY = { display: 'Redox Media gateway' };

/** FHIR's code for a network address that is an IP address. */
const IP_ADDRESS = '2';
const URI = '5';

/**
 * Entries as lines that contain the event in `resource`. Values that no element of the profiles may contain are beside it: the
 * number of documents, identifiers in plain text, all calls with Redox's ids. `redoxUrl`: the URL of the destinations.
 */
export function auditEventForm(redoxUrl: string): (access: Access) => object {
  return (access) => {
    const { outcome, items, identifiers, redoxLogIds, redoxTraceIds, calls, write, refused, omitted } =
      access;
    const { ageSeconds } = access;
    return {
      outcome,
      items,
      ...(identifiers && { identifiers }),
      redoxLogIds,
      ...(redoxTraceIds && { redoxTraceIds }),
      calls,
      ...(ageSeconds !== undefined && { ageSeconds }),
      ...(write !== undefined && { write }),
      ...(refused && { refused }),
      ...(omitted !== undefined && { omitted }),
      resource: toAuditEvent(access, redoxUrl),
    };
  };
}

function toAuditEvent(access: Access, redoxUrl: string): object {
  const { patient, outcome, code, operation } = access;
  const { profile, interaction, action } = PATTERNS[operation.event];
  const hasSucceeded = outcome === 'answered' || outcome === 'empty';
  const claimed = profile === null || patient !== null ? profile : 'Query';
  return {
    resourceType: 'AuditEvent',
    ...(hasSucceeded &&
      claimed !== null && { meta: { profile: [`${BALP}/StructureDefinition/IHE.BasicAudit.${claimed}`] } }),
    type: coding(TYPES, 'rest', 'Restful Operation'),
    subtype: [coding(INTERACTIONS, interaction, interaction)],
    action,
    period: {
      start: access.time,
      end: new Date(Date.parse(access.time) + access.durationMs).toISOString(),
    },
    recorded: access.time,
    ...(outcome !== 'intended' && { outcome: OUTCOMES[outcome] }),
    outcomeDesc: code === null ? outcome : `${outcome}: ${code}`,
    agent: agentsOf(access, redoxUrl),
    source: {
      observer: GATEWAY,
      type: [coding('http://terminology.hl7.org/CodeSystem/security-source-type', '4', 'Application Server')],
    },
    entity: entitiesOf(access),
  };
}

/** The agents: the client program, the destination, and the person or service that the token names. */
function agentsOf(
  { subject, client, token, address, destination, operation }: Access,
  redoxUrl: string,
): object[] {
  const roles = PATTERNS[operation.event];
  return [
    {
      type: { coding: [roles.client] },
      who: { identifier: { value: client ?? token ?? 'unknown' } },
      requestor: subject === null,
      network: { address, type: IP_ADDRESS },
    },
    {
      type: { coding: [roles.server] },
      who: { identifier: { value: destination ?? 'Redox' } },
      requestor: false,
      network: { address: redoxUrl, type: URI },
    },
    ...(subject === null
      ? []
      : [{ type: { coding: [roles.user] }, who: { identifier: { value: subject } }, requestor: true }]),
  ];
}

function entitiesOf(access: Access): object[] {
  const { patient, operation, calls } = access;
  const [call] = calls;
  return [
    ...(patient === null
      ? []
      : [
          {
            what: { type: 'Patient', identifier: { value: patient } },
            type: coding(ENTITY_TYPES, '1', 'Person'),
            role: coding(ENTITY_ROLES, '1', 'Patient'),
          },
        ]),
    operation.event === 'Query' ? queryEntity(access) : documentEntity(access),
    // The profiles have room for one. All of them are beside the event.
    ...(call === undefined
      ? []
      : [
          {
            what: { identifier: { value: call } },
            type: coding(`${BALP}/CodeSystem/BasicAuditEntityType`, 'XrequestId', 'X-Request-Id'),
          },
        ]),
  ];
}

/** Only the name and the hash of the operation, as its text may contain patients' data. */
function queryEntity({ operation }: Access): object {
  return {
    type: coding(ENTITY_TYPES, '2', 'System Object'),
    role: coding(ENTITY_ROLES, '24', 'Query'),
    query: Buffer.from(JSON.stringify(operation)).toString('base64'),
  };
}

/** The document of a write. The operation's name and hash are details here, as there is no query. */
function documentEntity({ document, operation }: Access): object {
  const details = [
    ['operation', operation.name],
    ['operation-hash', operation.hash],
  ] as const;
  const detail = details.flatMap(([type, valueString]) =>
    valueString === null ? [] : [{ type, valueString }],
  );
  return {
    ...(document !== undefined && { what: { identifier: { value: document } } }),
    type: coding(ENTITY_TYPES, '2', 'System Object'),
    role: coding(ENTITY_ROLES, '4', 'Domain Resource'),
    ...(detail.length > 0 && { detail }),
  };
}

function coding(system: string, code: string, display: string): Coding {
  return { system, code, display };
}
