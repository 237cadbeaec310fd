/** Makes the context of each GraphQL operation and each download: a loader of its own over the one scheduler. */

import { randomUUID } from 'node:crypto';
import type { AuditLog } from '../audit/audit-log.ts';
import { OperationAudit } from '../audit/operation-audit.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config/config.ts';
import { GatewayError } from '../errors.ts';
import { EventLoopLoad } from '../event-loop-load.ts';
import type { Subscribers } from '../events/subscribers.ts';
import { type ContentLink, ContentLinks } from '../graphql/nodes/content-link.ts';
import type { Context, ResolvedOperation } from '../graphql/server/context.ts';
import { ResponseBudget } from '../graphql/server/response-budget.ts';
import { createTextHmac } from '../hmac.ts';
import type { Download } from '../http/content/content-route.ts';
import { callerOf, type Operation } from '../http/operation.ts';
import type { UploadRecord } from '../http/uploads.ts';
import { CallBudget } from '../media/call-budget.ts';
import { LinkedFiles } from '../media/linked-files.ts';
import { MediaLoader } from '../media/loader.ts';
import { type DestinationAlias, destinationAlias, patientKey } from '../media/model/keys.ts';
import { createNeed } from '../media/model/need.ts';
import type { NeedOutcome } from '../media/model/outcome.ts';
import { ALL_RIGHTS, authorityOf, type Caller, callerKey, hashRights } from '../media/model/rights.ts';
import { NeedBudget } from '../media/need-budget.ts';
import type { LiveFeeds, RecentAnswers } from '../media/recent/recent-answers.ts';
import type { FileInUse } from '../media/recent/recent-files.ts';
import type { SharedQuota } from '../media/resilience/rate-limiter.ts';
import { Scheduler } from '../media/scheduling/scheduler.ts';
import type { SharedWriteOrder } from '../media/scheduling/shared-write-order.ts';
import type { WriteFence } from '../media/scheduling/write-fence.ts';
import { OperationTurns } from '../operation-turns.ts';
import type { RedoxClient } from '../redox/client.ts';
import { Seal } from '../seal.ts';
import type { GatewayLog } from '../telemetry/log.ts';
import type { GatewayMetrics } from '../telemetry/metrics.ts';
import type { Tracing } from '../telemetry/tracing.ts';
import type { Turns } from '../turns.ts';
import type { WriteMemory } from '../writes/write-memory.ts';
import { changesFor } from './changes.ts';
import { coreEvents } from './core-events.ts';
import { createEventContext } from './event-context.ts';
import { OperationCost } from './operation-cost.ts';
import { createRecentMemory } from './recent-memory.ts';
import { Writes } from './writes.ts';

export interface OperationParts {
  readonly redox: RedoxClient;
  /** Redox's ids of destinations, by alias; the first is the default. */
  readonly destinations: ReadonlyMap<string, string>;
  readonly clock: Clock;
  readonly turns: Turns;
  readonly log: GatewayLog;
  readonly metrics: GatewayMetrics;
  /** Null: tracing is off. */
  readonly tracing: Tracing | null;
  /** Null without other replicas. */
  readonly writeMemory: WriteMemory | null;
  /** Identifies the credential and source that write to Redox. */
  readonly source: string;
  /** Null without other replicas. */
  readonly sharedQuota: SharedQuota | null;
  /** Null without other replicas. */
  readonly sharedWriteOrder: SharedWriteOrder | null;
  readonly auditLog: AuditLog;
  /** Absent: no events arrive. */
  readonly live: LiveFeeds | undefined;
  /** Null: no events of Redox are received. */
  readonly subscribers: Subscribers | null;
  /** The address at which callers reach the gateway. It is known once the gateway listens. */
  readonly baseUrl: () => string;
}

type Headers = Readonly<Record<string, unknown>>;

export class Operations {
  readonly #config: Config;
  readonly #parts: OperationParts;
  readonly #scheduler: Scheduler;
  /** Null: no files are kept for links. */
  readonly #linkedFiles: LinkedFiles | null;
  readonly #limits: Record<'patients' | 'visits' | 'documents', number>;
  readonly #shared: Pick<Context, 'destinations' | 'ids' | 'cursors'>;
  /** What explorers are told of Media Queries: their bodies are nothing but the sandbox's. */
  readonly #showsQueries: boolean;
  readonly #hashForAudit: (text: string) => string;
  /** Null: nothing is remembered beyond an operation. */
  readonly #recentAnswers: RecentAnswers | null;
  /** Seals content links. */
  readonly linkSeal: Seal;
  readonly writes: Writes;

  constructor(config: Config, parts: OperationParts) {
    const { batching, operation, secrets, upstream } = config;
    const { redox, clock, destinations, log, metrics, tracing, sharedQuota, sharedWriteOrder } = parts;
    const aliases = [...destinations.keys()].map(destinationAlias);
    const max = batching.maxPatients;
    this.#config = config;
    this.#showsQueries = config.introspection && config.redox.kind === 'sandbox';
    this.#parts = parts;
    this.#limits = { patients: max, visits: max, documents: max };
    const { answers, files: recentFiles } = createRecentMemory(config.recent, clock, metrics, parts.live);
    this.#recentAnswers = answers;
    const load = new EventLoopLoad(clock);
    this.#scheduler = new Scheduler({
      query: (...call) => redox.query(...call),
      destinations,
      concurrency: upstream.concurrency,
      rate: upstream.rate,
      maxResponseBytes: upstream.maxResponseBytes,
      limits: this.#limits,
      clock,
      isBusy: () => load.isBusy,
      turns: parts.turns,
      maxWaiting: operation.maxWaiting,
      showsQueries: this.#showsQueries,
      trustedLone: new Set(upstream.attribution.keys()),
      hash: createTextHmac(secrets, 'scheduler-culprit/v1'),
      events: coreEvents(log, metrics, clock),
      tracing,
      sharedQuota,
      sharedWriteOrder,
      recentFiles,
    });
    this.#linkedFiles = recentFiles && new LinkedFiles(recentFiles, this.#scheduler.fence, destinations);
    metrics.watch({
      quotaLeft: () => this.#scheduler.load.quotaLeft,
      callsInFlight: () => this.#scheduler.load.callsInFlight,
      waitingNeeds: () => this.#scheduler.load.waitingParts,
      tokenAgeSeconds: () => redox.tokenAgeSeconds,
    });
    this.#shared = {
      destinations: { aliases, default: firstOf(aliases) },
      ids: new Seal(secrets, 'id'),
      cursors: new Seal(secrets, 'cursor'),
    };
    this.linkSeal = new Seal(secrets, 'content');
    const { writeMemory: memory, source } = parts;
    const limits = config.uploads;
    const { facilityCodes } = upstream;
    const scheduler = this.#scheduler;
    this.writes = new Writes({ redox, clock, scheduler, memory, secrets, limits, facilityCodes, source });
    this.#hashForAudit = createTextHmac(secrets, 'audit-patient/v1');
  }

  /** By alias. */
  get orders(): WriteFence['orders'] {
    return this.#scheduler.fence.orders;
  }

  /** The context of a GraphQL operation. */
  createContext(operation: Operation, headers: Headers, resolved: ResolvedOperation | null = null): Context {
    let described = resolved;
    const { clock, signal, deadline, address, freshness } = operation;
    const caller = callerOf(operation);
    const { rights, expiresAt } = caller;
    const startedAt = clock.now();
    const traced = this.#parts.tracing?.startOperation(headers);
    // Rights may list hundreds of patients, and each need is told from others by their key.
    const authority = rights.patients === 'all' ? authorityOf(rights) : hashRights(rights);
    const audit = this.#createAudit(caller, address, deadline);
    const cost = new OperationCost(this.#showsQueries);
    const onOutcome = (outcome: NeedOutcome) => {
      audit.note(outcome);
      cost.note(outcome);
    };
    const turns = new OperationTurns(this.#parts.turns);
    const isShared = this.#config.batching.scope === 'authority';
    const loader = this.#createLoader({
      rights,
      batchKey: this.#batchKeyOf(authority),
      caller: callerKey(caller),
      signal,
      deadline,
      // Elsewhere, an operation shares no answer to a question of its own with others.
      freshness: isShared ? freshness : { ...freshness, maxAgeMs: 0 },
      recent: this.#recentAnswers && { answers: this.#recentAnswers, authority, expiresAt },
      onOutcome,
      trace: traced?.context,
      turns,
    });
    return {
      ...this.#shared,
      rights,
      authority,
      audit,
      cost,
      onResolved: (operation) => {
        described = operation;
      },
      onEnd: (outcome) => {
        const ended = { outcome, calls: cost.mediaQueries, resolved: described };
        this.#parts.metrics.operation({ ...ended, durationMs: clock.now() - startedAt });
        traced?.end(ended);
      },
      turns,
      loader,
      responseBudget: new ResponseBudget(this.#config.limits),
      links: new ContentLinks({ seal: this.linkSeal, baseUrl: this.#parts.baseUrl, caller, clock }),
      keepsFilesForLinks: this.#linkedFiles !== null && freshness.mayRemember,
      writer: this.writes.writerFor(operation, audit),
      changes: changesFor(operation, this.#parts.subscribers, loader),
      forEvent: () =>
        createEventContext(operation, this.#config.operation.timeoutMs, (ofEvent) =>
          this.createContext(ofEvent, headers, described),
        ),
    };
  }

  /** For a download. The link itself is the right to its document, as rights were checked when it was made. */
  createDownload(link: ContentLink, operation: Operation): Download {
    const { caller, address, signal, deadline, freshness, trace } = operation;
    const { destination, patient, documentId } = link.reference;
    const patients = link.within === null ? 'all' : new Set([patientKey([link.within])]);
    const audit = this.#createAudit(caller ?? link, address, deadline);
    audit.begin({ name: 'content', hash: null });
    const lists = patient ? { patients: [patient.identifiers] } : { documentIds: [documentId ?? ''] };
    const item = { identifiers: patient?.identifiers ?? [], documentId };
    let kept: FileInUse | null = null;
    return {
      findKept: async () => {
        kept = freshness.mayReadReferences ? await this.#findKept(link) : null;
        return kept;
      },
      loader: this.#createLoader({
        rights: ALL_RIGHTS,
        patients,
        // Apart from operations: those never wait for files, nor take part in what is asked for links' callers.
        batchKey: this.#batchKeyOf(
          `content ${link.rightsHash} ${link.within ? patientKey([link.within]) : 'all'}`,
        ),
        caller: callerKey(caller ?? link),
        signal,
        deadline,
        // Its link says which bytes it is for, however old; of the request, only no-cache and no-store count.
        freshness: { ...freshness, maxAgeMs: 0, onlyRemembered: false },
        trace,
      }),
      record: async (outcome) => {
        const error = outcome instanceof GatewayError ? outcome : null;
        const items = error ? null : outcome === 'given' ? [item] : [];
        const calls = kept === null ? [] : [kept.call];
        const ageMs = kept?.ageMs ?? null;
        audit.note({ need: createNeed(destination, lists), items, error, calls, ageMs });
        await audit.end();
      },
    };
  }

  /** Operations of equal keys may share upstream calls. */
  #batchKeyOf(authority: string): string {
    return this.#config.batching.scope === 'authority' ? authority : randomUUID();
  }

  async #findKept({ reference, file }: ContentLink): Promise<FileInUse | null> {
    const { destination, patient, fingerprint } = reference;
    const patients = patient ? new Set([patientKey(patient.identifiers)]) : 'all';
    const { sha256 } = file;
    return (await this.#linkedFiles?.find({ destination, patients, fingerprint, sha256 })) ?? null;
  }

  /** For an upload. */
  createUploadRecord(operation: Operation): UploadRecord {
    const audit = this.#createAudit(callerOf(operation), operation.address, operation.deadline);
    audit.begin({ name: 'upload', hash: null });
    return audit.recordUpload();
  }

  #createAudit(
    caller: Pick<Caller, 'subject' | 'clientId' | 'token'>,
    address: string,
    deadline: number,
  ): OperationAudit {
    return new OperationAudit({
      caller,
      address,
      deadline,
      hash: this.#hashForAudit,
      plain: this.#config.audit.patients === 'plain',
      clock: this.#parts.clock,
      log: this.#parts.auditLog,
    });
  }

  #createLoader(
    options: Omit<ConstructorParameters<typeof MediaLoader>[1], 'budget' | 'needs'>,
  ): MediaLoader {
    return new MediaLoader(this.#scheduler, {
      ...options,
      budget: new CallBudget(this.#config.operation.maxCalls, this.#limits),
      needs: new NeedBudget(this.#config.limits.needs),
    });
  }
}

function firstOf(aliases: readonly DestinationAlias[]): DestinationAlias {
  const [first] = aliases;
  if (first === undefined) throw new Error('there is no destination');
  return first;
}
