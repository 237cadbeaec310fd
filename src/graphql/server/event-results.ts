/**
 * Executes a subscription as a stream of responses: each event is an operation of its own, which is sent after it has been
 * recorded in the audit trail.
 */
import {
  createSourceEventStream,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
} from 'graphql';
import type { ChangeStream, MediaChangeEvent } from '../../events/changes.ts';
import type { ExecutionRequest, Executor } from '../executor/executor.ts';
import type { Context, OperationOutcome } from './context.ts';
import type { ResultSource } from './live-results.ts';

/** The arguments of graphql-js's `subscribe`. */
export interface SubscriptionArgs extends ExecutionArgs {
  readonly contextValue: Context;
  /** Executes events, by `eventDocument`. */
  readonly executor: Executor;
  readonly eventDocument: DocumentNode;
  /** As in `auditOperations`. */
  readonly audited: { readonly name: string | null; readonly hash: string | null };
}

/** Replaces the `subscribe` of graphql-js, which would execute all events with one context. */
export async function subscribeToEvents(args: SubscriptionArgs): Promise<ExecutionResult | ResultSource> {
  const stream = await createSourceEventStream(args);
  if (isRefusal(stream)) return stream;
  if (!isEventStream(stream)) throw new Error('the subscription is no stream of events');
  const execution = executionOf(args);
  return new EventResults(stream, (event) => executeEvent(event, execution));
}

/**
 * What the events of a subscription are executed with. The context of the subscription is not kept, as its loader and budgets
 * would stay in memory for hours.
 */
type Execution = Pick<SubscriptionArgs, 'executor' | 'audited'> &
  Pick<Context, 'slices' | 'forEvent'> &
  Pick<ExecutionRequest, 'document' | 'operationName' | 'variableValues'>;

function executionOf({ contextValue, ...args }: SubscriptionArgs): Execution {
  const { slices, forEvent } = contextValue;
  const { executor, audited, eventDocument: document, operationName, variableValues } = args;
  return {
    slices,
    ...(forEvent && { forEvent }),
    executor,
    audited,
    document,
    operationName,
    variableValues,
  };
}

type Stream = AsyncIterable<unknown> | ExecutionResult;
/** A source without `whenReady` is asked for its next event at once. */
type Events = AsyncGenerator<MediaChangeEvent, void, void> & Partial<Pick<ChangeStream, 'whenReady'>>;

function isRefusal(stream: Stream): stream is ExecutionResult {
  return !(Symbol.asyncIterator in stream);
}

function isEventStream(stream: Stream): stream is Events {
  return 'next' in stream && 'return' in stream && 'throw' in stream;
}

async function executeEvent(
  event: MediaChangeEvent,
  { slices, forEvent, executor, audited, ...request }: Execution,
): Promise<ExecutionResult> {
  // One event may concern thousands of subscriptions, which all receive it in one turn of the event loop.
  if (slices.isOver) await slices.next();
  const context = forEvent?.();
  if (context === undefined) throw new Error('the context is not that of a subscription');
  context.audit?.begin(audited);
  let outcome: OperationOutcome = 'refused';
  try {
    const result = await executor({ ...request, rootValue: event, contextValue: context });
    await context.audit?.end();
    outcome = result.errors === undefined ? 'answered' : 'partial';
    // The code that writes the response decides whether the client receives this.
    return context.cost === undefined
      ? result
      : { ...result, extensions: { redox: context.cost.describe() } };
  } finally {
    context.onEnd?.(outcome);
  }
}

/** This is not an async generator, as its `return` would wait for the next event, which may never come. */
class EventResults implements ResultSource {
  readonly #events: Events;
  readonly #execute: (event: MediaChangeEvent) => Promise<ExecutionResult>;
  constructor(events: Events, executeOne: (event: MediaChangeEvent) => Promise<ExecutionResult>) {
    this.#events = events;
    this.#execute = executeOne;
  }

  whenReady(wake: () => void): void {
    if (this.#events.whenReady === undefined) wake();
    else this.#events.whenReady(wake);
  }

  async next(): Promise<IteratorResult<ExecutionResult, void>> {
    const { value: event, done } = await this.#events.next();
    if (done === true || event === undefined) return { value: undefined, done: true };
    try {
      return { value: await this.#execute(event), done: false };
    } catch (error) {
      // Otherwise the event would be skipped when others follow.
      await this.#events.throw(error);
      throw error;
    }
  }

  async return(): Promise<IteratorResult<ExecutionResult, void>> {
    await this.#events.return();
    return { value: undefined, done: true };
  }

  async throw(error: unknown): Promise<IteratorResult<ExecutionResult, void>> {
    await this.#events.throw(error);
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#events.return();
  }
}
