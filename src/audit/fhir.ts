/**
 * An entry as a FHIR R4 AuditEvent, as IHE's Basic Audit Log Patterns profile a patient query
 * (https://profiles.ihe.net/ITI/BALP, IHE.BasicAudit.PatientQuery and IHE.BasicAudit.Query).
 */
import type { Access, AccessEvent, AccessOutcome } from './access.ts';

const TYPES = 'http://terminology.hl7.org/CodeSystem/audit-event-type';
const INTERACTIONS = 'http://hl7.org/fhir/restful-interaction';
const DICOM = 'http://dicom.nema.org/resources/ontology/DCM';
const PARTICIPATION = 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType';
const ENTITY_TYPES = 'http://terminology.hl7.org/CodeSystem/audit-entity-type';
const ENTITY_ROLES = 'http://terminology.hl7.org/CodeSystem/object-role';
const BALP_ENTITY_TYPES = 'https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType';

const PROFILES = {
  New: 'https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.PatientCreate',
  Replace: 'https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.PatientUpdate',
  Delete: 'https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.PatientDelete',
  Query: 'https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.PatientQuery',
  query: 'https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.Query',
};

/** `0` success, `4` minor failure (of the caller's making), `8` serious failure; none while it is open. */
const OUTCOMES: Readonly<Record<Exclude<AccessOutcome, 'intended'>, string>> = {
  answered: '0',
  empty: '0',
  refused: '4',
  failed: '8',
};

/** FHIR's interaction, and the action code. */
const ACTIONS: Readonly<Record<AccessEvent, readonly [string, string]>> = {
  Query: ['search', 'E'],
  New: ['create', 'C'],
  Replace: ['update', 'U'],
  Delete: ['delete', 'D'],
};

/** The name of this gateway in an event. */
const GATEWAY = { display: 'Redox Media gateway' };

/** A line's members: those that join a write's entries stand beside the event, where no profile is in their way. */
export function writeAuditEvent(access: Access): object {
  const { write, outcome } = access;
  return { ...(write !== undefined && { write, outcome }), resource: toAuditEvent(access) };
}

export function toAuditEvent(access: Access): object {
  const { patient, outcome, code } = access;
  const { event } = access.operation;
  const [interaction, action] = ACTIONS[event];
  return {
    resourceType: 'AuditEvent',
    meta: { profile: [patient === null ? PROFILES.query : PROFILES[event]] },
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
    agent: agentsOf(access),
    source: {
      observer: GATEWAY,
      type: [coding('http://terminology.hl7.org/CodeSystem/security-source-type', '4', 'Application Server')],
    },
    entity: entitiesOf(access),
  };
}

/** The agents: the client program, the destination, and the person or service that the token names. */
function agentsOf({ subject, client, token, destination }: Access): object[] {
  return [
    {
      type: { coding: [coding(DICOM, '110153', 'Source Role ID')] },
      who: { identifier: { value: client ?? token ?? 'unknown' } },
      requestor: subject === null,
    },
    {
      type: { coding: [coding(DICOM, '110152', 'Destination Role ID')] },
      who: { identifier: { value: destination } },
      requestor: false,
    },
    ...(subject === null
      ? []
      : [
          {
            type: { coding: [coding(PARTICIPATION, 'IRCP', 'information recipient')] },
            who: { identifier: { value: subject } },
            requestor: true,
          },
        ]),
  ];
}

function entitiesOf(access: Access): object[] {
  const { patient, identifiers = [], operation, items, calls, redoxLogIds, redoxTraceIds = [] } = access;
  const about = [`documents=${items}`, ...identifiers.map((identifier) => `identifier=${identifier}`)];
  return [
    ...(patient === null
      ? []
      : [
          {
            what: { identifier: { value: patient } },
            type: coding(ENTITY_TYPES, '1', 'Person'),
            role: coding(ENTITY_ROLES, '1', 'Patient'),
          },
        ]),
    {
      type: coding(ENTITY_TYPES, '2', 'System Object'),
      role: coding(ENTITY_ROLES, '24', 'Query'),
      // Only the name and the hash of the operation, as its text may contain patients' data.
      query: Buffer.from(JSON.stringify(operation)).toString('base64'),
      detail: about.map((valueString) => ({ type: 'result', valueString })),
    },
    ...[...calls, ...redoxLogIds, ...redoxTraceIds].map((value) => ({
      what: { identifier: { value } },
      type: coding(BALP_ENTITY_TYPES, 'XrequestId', 'X-Request-Id'),
    })),
  ];
}

function coding(system: string, code: string, display: string) {
  return { system, code, display };
}
