/** Gathers what one operation asked of each patient, and what came of it. */
import type { Clock } from '../clock.ts';
import { GatewayError } from '../errors.ts';
import { identifierKey, identifiersOf, patientKey } from '../media/model/keys.ts';
import type { CallIds, NeedOutcome } from '../media/model/outcome.ts';
import { distinctPatients } from '../media/model/patients.ts';
import type { Identifier, Item } from '../redox/messages.ts';
import type { Access, AccessEvent, AccessOutcome } from './access.ts';

/** What is found out about one patient of one destination. */
class Subject {
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
  readonly subject: string | null;
  readonly client: string | null;
  /** A patient's keyed hash, of a text that stands for the patient. */
  readonly hashPatient: (text: string) => string;
  readonly plain: boolean;
  readonly clock: Clock;
}

export class AuditTrail {
  readonly #options: TrailOptions;
  readonly #startedAt: number;
  readonly #startedAtWallTime: number;
  readonly #subjects = new Map<string, Subject>();

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
    for (const [identifiers, documents] of asked ? share(items ?? [], asked) : shareByPatient(items ?? [])) {
      const subject = this.#subjectOf(destination, event, identifiers);
      for (const item of documents) subject.documents.add(item.documentId ?? item);
      for (const call of calls) subject.calls.add(call);
      if (items === null) subject.error = error;
    }
  };

  /** One for each patient, with what the operation was called. */
  accesses(operation: Omit<Access['operation'], 'event'>): Access[] {
    return [...this.#subjects.values()].map((subject) => this.#describe(subject, operation));
  }

  #describe(
    { destination, event, identifiers, documents, calls, error }: Subject,
    operation: Omit<Access['operation'], 'event'>,
  ): Access {
    const { subject, client, hashPatient, plain, clock } = this.#options;
    const isKnown = identifiers.length > 0;
    const traceIds = new Set([...calls].flatMap(({ traceId }) => traceId ?? []));
    return {
      time: new Date(this.#startedAtWallTime).toISOString(),
      operation: { ...operation, event },
      subject,
      client,
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

  #subjectOf(destination: string, event: AccessEvent, identifiers: readonly Identifier[]): Subject {
    const key = JSON.stringify([destination, event, patientKey(identifiers)]);
    let subject = this.#subjects.get(key);
    if (subject === undefined) {
      subject = new Subject(destination, event, identifiers);
      this.#subjects.set(key, subject);
    }
    return subject;
  }
}

/** What a document says of whose it is, and which. */
type Named = Pick<Item, 'identifiers' | 'attributedTo' | 'documentId'>;

type Share = readonly [identifiers: readonly Identifier[], documents: readonly Named[]];

/** To each patient asked for, the documents that name it; what names nobody belongs to the only one there can be. */
function share(items: readonly Named[], asked: readonly Identifier[][]): Share[] {
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

/** To each patient whom the documents name, its documents; and those that name nobody, or that there are none. */
function shareByPatient(items: readonly Named[]): Share[] {
  const named = distinctPatients(items).map((identifiers): Share => {
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
