/** Creates what each operation works with: the context of a GraphQL operation, a download, the record of an upload. */
import type { AuditLog } from '../audit/audit-log.ts';
import type { Config } from '../config/config.ts';
import type { Subscribers } from '../events/subscribers.ts';
import { type ContentLink, ContentLinks } from '../graphql/nodes/content-link.ts';
import type { Context, ResolvedOperation } from '../graphql/server/context.ts';
import { ResponseBudget } from '../graphql/server/response-budget.ts';
import type { Download } from '../http/content/content-route.ts';
import { callerOf, type Operation } from '../http/operation.ts';
import type { UploadRecord } from '../http/uploads/uploads.ts';
import { type DestinationAlias, destinationAlias } from '../media/model/keys.ts';
import type { NeedOutcome } from '../media/model/outcome.ts';
import { callerKey, hashRights, rightsKeyOf } from '../media/model/rights.ts';
import type { WriteFence } from '../media/ordering/write-fence.ts';
import { OperationSlices } from '../operation-slices.ts';
import { Seal } from '../seal.ts';
import type { WriteMemory } from '../writes/write-memory.ts';
import { auditorOf, type CreateAudit } from './audit.ts';
import { changesFor } from './changes.ts';
import { Core, type CoreParts } from './core.ts';
import { createDownload } from './downloads.ts';
import { createEventContext } from './event-context.ts';
import { OperationCost } from './operation-cost.ts';
import { Writes } from './writes.ts';

export interface OperationParts extends CoreParts {
  /** Null when there are no other replicas. */
  readonly writeMemory: WriteMemory | null;
  /** Identifies the credential and the source that write to Redox. */
  readonly source: string;
  readonly auditLog: AuditLog;
  /** Null: no events of Redox are received. */
  readonly subscribers: Subscribers | null;
  /** The URL at which callers reach the gateway, which is known once the gateway listens. */
  readonly baseUrl: () => string;
}

type Headers = Readonly<Record<string, unknown>>;

export class Operations {
  readonly #config: Config;
  readonly #parts: OperationParts;
  readonly #core: Core;
  readonly #createAudit: CreateAudit;
  readonly #shared: Pick<Context, 'destinations' | 'ids' | 'cursors'>;
  /** Seals content links. */
  readonly linkSeal: Seal;
  readonly writes: Writes;

  constructor(config: Config, parts: OperationParts) {
    const { secrets, upstream } = config;
    const { redox, clock, destinations, writeMemory: memory, source } = parts;
    const aliases = [...destinations.keys()].map(destinationAlias);
    this.#config = config;
    this.#parts = parts;
    this.#core = new Core(config, parts);
    this.#createAudit = auditorOf(config, parts);
    this.#shared = {
      destinations: { aliases, default: firstOf(aliases) },
      ids: new Seal(secrets, 'id'),
      cursors: new Seal(secrets, 'cursor'),
    };
    this.linkSeal = new Seal(secrets, 'content');
    const limits = config.uploads;
    const { facilityCodes } = upstream;
    const { scheduler } = this.#core;
    this.writes = new Writes({ redox, clock, scheduler, memory, secrets, limits, facilityCodes, source });
  }

  /** By alias. */
  get orders(): WriteFence['orders'] {
    return this.#core.scheduler.fence.orders;
  }

  /** The context of a GraphQL operation. */
  createContext(operation: Operation, headers: Headers, resolved: ResolvedOperation | null = null): Context {
    let described = resolved;
    const core = this.#core;
    const { clock, signal, deadline, address, freshness } = operation;
    const caller = callerOf(operation);
    const { rights, expiresAt } = caller;
    const startedAt = clock.now();
    const traced = this.#parts.tracing?.startOperation(headers);
    // Rights may list hundreds of patients, and each need is distinguished by their key.
    const rightsKey = rights.patients === 'all' ? rightsKeyOf(rights) : hashRights(rights);
    const audit = this.#createAudit(caller, address, deadline);
    const cost = new OperationCost(core.showsQueries);
    const onOutcome = (outcome: NeedOutcome) => {
      audit.note(outcome);
      cost.note(outcome);
    };
    const slices = new OperationSlices(this.#parts.slices);
    const isShared = this.#config.batching.scope === 'authority';
    const loader = core.createLoader({
      rights,
      batchKey: core.batchKeyOf(rightsKey),
      caller: callerKey(caller),
      signal,
      deadline,
      // With BATCH_SCOPE=operation, an operation shares no answer to a new query with others.
      freshness: isShared ? freshness : { ...freshness, maxAgeMs: 0 },
      recent: core.recentAnswers && { answers: core.recentAnswers, rightsKey, expiresAt },
      onOutcome,
      trace: traced?.context,
      slices,
    });
    return {
      ...this.#shared,
      rights,
      rightsKey,
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
      slices,
      loader,
      responseBudget: new ResponseBudget(this.#config.limits),
      links: new ContentLinks({ seal: this.linkSeal, baseUrl: this.#parts.baseUrl, caller, clock }),
      keepsFilesForLinks: core.linkedFiles !== null && freshness.mayRemember,
      writer: this.writes.writerFor(operation, audit),
      changes: changesFor(operation, this.#parts.subscribers, loader),
      forEvent: () =>
        createEventContext(operation, this.#config.operation.timeoutMs, (ofEvent) =>
          this.createContext(ofEvent, headers, described),
        ),
    };
  }

  /** For a download. */
  createDownload(link: ContentLink, operation: Operation): Download {
    return createDownload(link, operation, this.#core, this.#createAudit);
  }

  /** For an upload. */
  createUploadRecord(operation: Operation): UploadRecord {
    const audit = this.#createAudit(callerOf(operation), operation.address, operation.deadline);
    audit.begin({ name: 'upload', hash: null });
    return audit.recordUpload();
  }
}

function firstOf(aliases: readonly DestinationAlias[]): DestinationAlias {
  const [first] = aliases;
  if (first === undefined) throw new Error('there is no destination');
  return first;
}
