/** Gathers what one operation read, or wrote, of each patient, and what came of it. */
import type { Clock } from '../clock.ts';
import { GatewayError } from '../errors.ts';
import { identifierKey, identifiersOf, patientKey } from '../media/model/keys.ts';
import type { CallIds, NeedOutcome } from '../media/model/outcome.ts';
import { distinctPatients } from '../media/model/patients.ts';
import type { Caller } from '../media/model/rights.ts';
import type { Identifier, Item } from '../redox/messages.ts';
import type { Access, AccessEvent, AccessOutcome } from './access.ts';

/** The access of one operation to one patient of one destination; no identifiers: the patient is not known. */
class PatientAccess {
  readonly destination: string;
  readonly event: AccessEvent;
  readonly identifiers: readonly Identifier[];
  readonly documents = new Set<unknown>();
  readonly calls = new Set<CallIds>();
  error: unknown = null;

  constructor(destination: string, event: AccessEvent, identifiers: readonly Identifier[]) {
    this.destination = destination;
    this.event = event;
    this.identifiers = identifiers;
  }
}

export interface TrailOptions {
  /** The caller of the operation. */
  readonly caller: Pick<Caller, 'subject' | 'clientId'>;
  /** The keyed hash (HMAC) of a text that stands for a patient. */
  readonly hashPatient: (text: string) => string;
  /** Whether entries also hold the patients' identifiers in plain text. */
  readonly plain: boolean;
  readonly clock: Clock;
}

export class AuditTrail {
  readonly #options: TrailOptions;
  readonly #startedAt: number;
  readonly #startedAtWallTime: number;
  readonly #patients = new Map<string, PatientAccess>();

  constructor(options: TrailOptions) {
    this.#options = options;
    this.#startedAt = options.clock.now();
    this.#startedAtWallTime = options.clock.wallTime();
  }

  readonly note = (
    { need: { destination, box }, items, error, calls }: NeedOutcome,
    event: AccessEvent = 'Query',
  ): void => {
    const asked = box.patients === 'all' ? null : [...box.patients].map(identifiersOf);
    for (const [identifiers, documents] of asked
      ? groupByAskedPatient(items ?? [], asked)
      : groupByNamedPatient(items ?? [])) {
      const patient = this.#patientOf(destination, event, identifiers);
      for (const item of documents) patient.documents.add(item.documentId ?? item);
      for (const call of calls) patient.calls.add(call);
      if (items === null) patient.error = error;
    }
  };

  /** One entry for each patient; `operation` is what the entries say of the operation. */
  accesses(operation: Omit<Access['operation'], 'event'>): Access[] {
    return [...this.#patients.values()].map((patient) => this.#describe(patient, operation));
  }

  #describe(
    { destination, event, identifiers, documents, calls, error }: PatientAccess,
    operation: Omit<Access['operation'], 'event'>,
  ): Access {
    const { caller, hashPatient, plain, clock } = this.#options;
    const isKnown = identifiers.length > 0;
    const traceIds = new Set([...calls].flatMap(({ traceId }) => traceId ?? []));
    return {
      time: new Date(this.#startedAtWallTime).toISOString(),
      operation: { ...operation, event },
      subject: caller.subject,
      client: caller.clientId,
      destination,
      patient: isKnown ? hashPatient(JSON.stringify([destination, patientKey(identifiers)])) : null,
      ...(plain && isKnown && { identifiers: identifiers.map(({ id, idType }) => `${idType}|${id}`) }),
      outcome: outcomeOf(documents.size, error),
      code: codeOf(error),
      items: documents.size,
      redoxLogIds: [...new Set([...calls].flatMap(({ logIds }) => logIds))],
      ...(traceIds.size > 0 && { redoxTraceIds: [...traceIds] }),
      calls: [...new Set([...calls].map(({ id }) => id))],
      durationMs: Math.round(clock.now() - this.#startedAt),
    };
  }

  #patientOf(destination: string, event: AccessEvent, identifiers: readonly Identifier[]): PatientAccess {
    const key = JSON.stringify([destination, event, patientKey(identifiers)]);
    let patient = this.#patients.get(key);
    if (patient === undefined) {
      patient = new PatientAccess(destination, event, identifiers);
      this.#patients.set(key, patient);
    }
    return patient;
  }
}

/** What a document says of its patient, and of which document it is. */
type Named = Pick<Item, 'identifiers' | 'attributedTo' | 'documentId'>;

type DocumentsOfPatient = readonly [identifiers: readonly Identifier[], documents: readonly Named[]];

/** For each patient that was asked for, the documents that name the patient. With one such patient, all documents are theirs. */
function groupByAskedPatient(items: readonly Named[], asked: readonly Identifier[][]): DocumentsOfPatient[] {
  const [only, ...others] = asked;
  if (only !== undefined && others.length === 0) return [[only, items]];
  const byFirst = Map.groupBy(
    asked.map((identifiers) => ({ identifiers, documents: [] as Named[] })),
    ({ identifiers: [first] }) => (first ? identifierKey(first) : ''),
  );
  for (const item of items) {
    const keys = new Set((item.attributedTo ?? item.identifiers).map(identifierKey));
    for (const key of keys) {
      for (const { identifiers, documents } of byFirst.get(key) ?? []) {
        if (identifiers.every((one) => keys.has(identifierKey(one)))) documents.push(item);
      }
    }
  }
  return [...byFirst.values()].flat().map(({ identifiers, documents }) => [identifiers, documents]);
}

/** For each patient that the documents name, these documents; then those that name no patient. Without documents, one empty group. */
function groupByNamedPatient(items: readonly Named[]): DocumentsOfPatient[] {
  const named = distinctPatients(items).map((identifiers): DocumentsOfPatient => {
    const keys = new Set(identifiers.map(identifierKey));
    return [
      identifiers,
      items.filter((item) => item.identifiers.some((one) => keys.has(identifierKey(one)))),
    ];
  });
  const nameless = items.filter(({ identifiers }) => identifiers.length === 0);
  return named.length === 0 || nameless.length > 0 ? [...named, [[], nameless]] : named;
}

function outcomeOf(documents: number, error: unknown): AccessOutcome {
  if (documents > 0) return 'answered';
  if (error === null) return 'empty';
  return ['FORBIDDEN', 'BAD_USER_INPUT'].includes(codeOf(error) ?? '') ? 'refused' : 'failed';
}

function codeOf(error: unknown): string | null {
  if (error === null) return null;
  return error instanceof GatewayError ? error.code : 'INTERNAL_SERVER_ERROR';
}
