/**
 * The messages of a subscription, one after another, as fast as its client accepts them: the next event is requested only after
 * the previous message has been accepted.
 */
import type { ExecutionResult, GraphQLFormattedError } from 'graphql';
import { GatewayError } from '../../errors.ts';

/** An error as clients may see it. */
export type LiveError = GraphQLFormattedError;

/** `next`: the result of one event. `complete` is the last message; it contains errors if the subscription could not go on. */
export type LiveMessage =
  | { readonly kind: 'next'; readonly json: string }
  | { readonly kind: 'complete'; readonly errors: readonly LiveError[] };

/** Sends the results of a subscription by one of the protocols. */
export interface LiveTransport {
  /** Called after a subscription has passed all checks of a query, before it begins. It rejects to refuse the subscription. */
  admit(extensions: Readonly<Record<string, unknown>> | undefined): Promise<void>;
  /** Called when the subscription has begun. */
  open(results: LiveResults): void;
}

export interface ResultSource extends AsyncGenerator<ExecutionResult, void, void> {
  /** See `ChangeStream`. */
  whenReady(wake: () => void): void;
}

export interface LiveResultsOptions {
  /** Its `return` also ends a pending `whenReady` or `next`. */
  readonly source: ResultSource;
  /** Resolves to a result as JSON, reduced to what clients may see. */
  readonly write: (result: ExecutionResult) => string | Promise<string>;
  /** Converts an error of the source into what clients may see. */
  readonly mask: (error: unknown) => LiveError;
}

export class LiveResults {
  readonly #options: LiveResultsOptions;
  #last: LiveMessage | null = null;
  #deliver: ((message: LiveMessage) => void) | null = null;

  constructor(options: LiveResultsOptions) {
    this.#options = options;
  }

  /** Calls back once, perhaps at once, when there is a message, or an event from which to make one. See `ChangeStream`. */
  whenReady(wake: () => void): void {
    if (this.#last === null) this.#options.source.whenReady(wake);
    else wake();
  }

  /** Only one call may be pending. It never rejects, and once it has resolved to `complete` it always does. */
  next(): Promise<LiveMessage> {
    if (this.#last !== null) return Promise.resolve(this.#last);
    const { promise, resolve } = Promise.withResolvers<LiveMessage>();
    this.#deliver = resolve;
    this.#step().catch((error: unknown) => this.#end([this.#options.mask(error)]));
    return promise;
  }

  /** Ends it after the event that is being executed, if there is one, and before those that wait. */
  drain(): void {
    // Nothing more is sent, so errors while it ends do not matter.
    this.#options.source.return?.()?.then(undefined, () => undefined);
  }

  /**
   * Ends it at once. `reason`: that of an AbortSignal. The client is informed of an expired token; all other reasons mean that
   * the client has disconnected.
   */
  abort(reason?: unknown): void {
    if (this.#last !== null) return;
    const isTokenExpired = reason instanceof GatewayError && reason.code === 'UNAUTHENTICATED';
    this.#end(isTokenExpired ? [this.#options.mask(reason)] : []);
  }

  async #step(): Promise<void> {
    const { done, value } = await this.#options.source.next();
    if (done === true || value === undefined) return this.#end([]);
    const json = await this.#options.write(value);
    this.#deliverMessage({ kind: 'next', json });
  }

  /** Does nothing when it has already ended. A delivered message is not kept while the next event is awaited. */
  #deliverMessage(message: LiveMessage): void {
    this.#deliver?.(message);
    this.#deliver = null;
  }

  /** Delivers the last message to the pending call, once. */
  #end(errors: readonly LiveError[]): void {
    if (this.#last !== null) return;
    this.#last = { kind: 'complete', errors };
    this.#deliverMessage(this.#last);
    this.drain();
  }
}
