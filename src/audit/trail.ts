/** What one operation read of each patient, and the outcomes, as entries. */
import type { Clock } from '../clock.ts';
import { type DestinationAlias, type PatientKey, patientKey } from '../media/model/keys.ts';
import type { CallIds, NeedOutcome } from '../media/model/outcome.ts';
import type { Caller } from '../media/model/rights.ts';
import type { Identifier } from '../redox/messages.ts';
import { finishAtOnce, type Work } from '../time-slices.ts';
import type { Access, AccessEvent, AuditedOperation, PatientAccess } from './access.ts';
import { Cutter, cutText, isShort, MAX_REFUSED_PATIENTS } from './bounds.ts';
import { codeOf, gatherRecords, type Noted, type PatientRecord } from './patient-records.ts';

export interface TrailOptions {
  readonly caller: Pick<Caller, 'subject' | 'clientId' | 'token'>;
  /** The network address that the request came from. */
  readonly address: string;
  /** Returns the HMAC of a text that represents a patient or a document. */
  readonly hash: (text: string) => string;
  /** Whether entries contain the identifiers of patients besides their hash. */
  readonly showsIdentifiers: boolean;
  readonly clock: Clock;
}

/** The key of an empty list of identifiers. */
export const NO_PATIENT = patientKey([]);

/** The part of an entry that concerns the operation. */
type Head = Pick<Access, 'time' | 'operation' | 'subject' | 'client' | 'token' | 'address'>;

interface IdLists {
  readonly redoxLogIds: readonly string[];
  readonly redoxTraceIds: readonly string[];
  readonly calls: readonly string[];
  /** The number that were left out. */
  readonly omitted: number;
}

interface IdentifierList {
  /** Undefined: there are none. */
  readonly texts: readonly string[] | undefined;
  /** The number that were left out. */
  readonly omitted: number;
}

const NONE: IdentifierList = { texts: undefined, omitted: 0 };

function listIdentifiers(identifiers: readonly Identifier[]): IdentifierList {
  if (identifiers.length === 0) return NONE;
  const cutter = new Cutter();
  const texts = cutter.identifiers(identifiers.map(({ id, idType }) => `${idType}|${id}`));
  return { texts, omitted: cutter.omitted };
}

function listIds(calls: readonly CallIds[]): IdLists {
  const [one, second] = calls;
  if (one !== undefined && second === undefined) {
    const { id, logIds, traceId } = one;
    // The usual case: neither repeated, nor many, nor long.
    if (logIds.length <= 1 && isShort(id) && isShort(logIds[0]) && isShort(traceId)) {
      return {
        redoxLogIds: logIds,
        redoxTraceIds: traceId === null ? [] : [traceId],
        calls: [id],
        omitted: 0,
      };
    }
  }
  const cutter = new Cutter();
  const redoxLogIds = cutter.ids(calls.flatMap(({ logIds }) => logIds));
  const redoxTraceIds = cutter.ids(calls.flatMap(({ traceId }) => traceId ?? []));
  return {
    redoxLogIds,
    redoxTraceIds,
    calls: cutter.ids(calls.map(({ id }) => id)),
    omitted: cutter.omitted,
  };
}

export class AuditTrail {
  readonly #options: TrailOptions;
  readonly #startedAt: number;
  readonly #startedAtWallTime: number;
  readonly #outcomes: Noted[] = [];
  readonly #noted = new Set<readonly unknown[]>();
  #records: readonly PatientRecord[] | null = null;
  #head: { readonly about: AuditedOperation; readonly event: AccessEvent; readonly fields: Head } | null =
    null;
  #idsOfOne: { readonly call: CallIds; readonly lists: IdLists } | null = null;
  /** Set when the operation is read, which is before it accesses a patient. */
  operation: AuditedOperation = { name: null, hash: null };
  /** Redox may have accepted a write, so the operation must not be sent again. */
  hasSentWrite = false;

  constructor(options: TrailOptions) {
    this.#options = options;
    this.#startedAt = options.clock.now();
    this.#startedAtWallTime = options.clock.wallTime();
  }

  readonly note = (outcome: NeedOutcome, event: AccessEvent = 'Query'): void => {
    const { items } = outcome;
    // Many fields may load one need: they receive the same list.
    if (items !== null && event === 'Query') {
      if (this.#noted.has(items)) return;
      this.#noted.add(items);
    }
    this.#outcomes.push([outcome, event]);
  };

  /** Does the work before the first entry: in steps between which other work may run, as there may be thousands of patients. */
  *prepare(): Work<void> {
    this.#records = yield* gatherRecords(this.#outcomes);
  }

  /** One entry for each patient; refused patients share one entry for each code. */
  *entries(): Generator<Access> {
    const records = this.#records ?? finishAtOnce(gatherRecords(this.#outcomes));
    const refused = new Map<string, PatientRecord[]>();
    for (const record of records) {
      if (record.outcome !== 'refused') {
        yield this.describe(record);
        continue;
      }
      const key = JSON.stringify([record.destination, record.event, codeOf(record.error)]);
      const group = refused.get(key);
      if (group) group.push(record);
      else refused.set(key, [record]);
    }
    let left = MAX_REFUSED_PATIENTS;
    for (const group of refused.values()) {
      const [first, ...others] = group;
      if (first === undefined) continue;
      if (others.length === 0) yield this.describe(first);
      else yield this.#describeRefused(first, group, left);
      left = Math.max(0, left - group.length);
    }
  }

  describe(access: PatientAccess, refused?: Access['refused']): Access {
    const { destination, event, patient, written, ageMs } = access;
    const ids = this.#idsOf(access.calls);
    const identifiers = this.#options.showsIdentifiers ? listIdentifiers(access.identifiers) : NONE;
    const omitted = ids.omitted + identifiers.omitted;
    const head = this.#headOf(event);
    // All entries have the same properties, of which those that a line leaves out are undefined: objects of one shape are created
    // and written fastest.
    return {
      time: head.time,
      operation: head.operation,
      subject: head.subject,
      client: head.client,
      token: head.token,
      address: head.address,
      destination,
      patient: this.#hashPatient(destination, patient),
      identifiers: identifiers.texts,
      outcome: access.outcome,
      code: codeOf(access.error),
      items: access.items,
      redoxLogIds: ids.redoxLogIds,
      redoxTraceIds: ids.redoxTraceIds.length > 0 ? ids.redoxTraceIds : undefined,
      calls: ids.calls,
      ageSeconds: ageMs === null ? undefined : Math.floor(ageMs / 1000),
      durationMs: Math.round(this.#options.clock.now() - this.#startedAt),
      write: access.write,
      document: written === null ? undefined : this.#hashDocument(destination, written),
      omitted: omitted > 0 ? omitted : undefined,
      refused,
    };
  }

  /** Patients from one call, like all patients of most operations, share its lists. */
  #idsOf(calls: readonly CallIds[]): IdLists {
    const [call] = calls;
    if (call === undefined || calls.length > 1) return listIds(calls);
    if (this.#idsOfOne?.call !== call) this.#idsOfOne = { call, lists: listIds(calls) };
    return this.#idsOfOne.lists;
  }

  /** Created once for all entries of the operation. */
  #headOf(event: AccessEvent): Head {
    const known = this.#head;
    if (known !== null && known.about === this.operation && known.event === event) return known.fields;
    const { caller, address } = this.#options;
    const { name, hash } = this.operation;
    const fields = {
      time: new Date(this.#startedAtWallTime).toISOString(),
      // The hash identifies the document.
      operation: { name: name?.slice(0, MAX_NAME_CHARS) ?? null, hash, event },
      subject: caller.subject === null ? null : cutText(caller.subject),
      client: caller.clientId === null ? null : cutText(caller.clientId),
      token: caller.token ?? undefined,
      address,
    };
    this.#head = { about: this.operation, event, fields };
    return fields;
  }

  /** One entry for all of them, which names the first `max`. */
  #describeRefused(first: PatientRecord, group: readonly PatientRecord[], max: number): Access {
    const patients = group
      .slice(0, max)
      .flatMap(({ destination, patient }) => this.#hashPatient(destination, patient) ?? []);
    const { destination, event, error, outcome, calls } = first;
    const about = { destination, event, patient: NO_PATIENT, identifiers: [], written: null, ageMs: null };
    return this.describe({ ...about, error, outcome, items: 0, calls }, { count: group.length, patients });
  }

  #hashPatient(destination: DestinationAlias | null, patient: PatientKey): string | null {
    return patient === NO_PATIENT ? null : this.#options.hash(JSON.stringify([destination, patient]));
  }

  #hashDocument(destination: DestinationAlias | null, id: string): string {
    return this.#options.hash(JSON.stringify(['document', destination, id]));
  }
}

/** The name of an operation may be as long as a document. */
const MAX_NAME_CHARS = 128;
