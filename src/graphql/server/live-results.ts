/**
 * What a subscription sends, one message after another, as fast as its client takes them: the next event is asked for only when
 * the last one has been taken.
 */
import type { ExecutionResult, GraphQLFormattedError } from 'graphql';
import { GatewayError } from '../../errors.ts';

/** An error as clients may see it. */
export type LiveError = GraphQLFormattedError;

/** `next`: the result of one event. `complete` is the last message; with errors where the subscription could not go on. */
export type LiveMessage =
  | { readonly kind: 'next'; readonly json: string }
  | { readonly kind: 'complete'; readonly errors: readonly LiveError[] };

/** Sends what a subscription yields by one of the protocols. */
export interface LiveTransport {
  /** Called once a subscription has passed all that a query passes, before it begins. Rejects to refuse it. */
  admit(extensions: Readonly<Record<string, unknown>> | undefined): Promise<void>;
  /** The subscription has begun. */
  open(results: LiveResults): void;
}

export interface ResultSource extends AsyncGenerator<ExecutionResult, void, void> {
  /** See `ChangeStream`. */
  whenReady(wake: () => void): void;
}

export interface LiveResultsOptions {
  /** Its `return` also ends a `whenReady` and a `next` that wait for an event. */
  readonly source: ResultSource;
  /** Resolves to a result as JSON, with what clients may see. */
  readonly write: (result: ExecutionResult) => string | Promise<string>;
  /** Turns what the source has thrown into what clients may see. */
  readonly mask: (error: unknown) => LiveError;
}

export class LiveResults {
  readonly #options: LiveResultsOptions;
  #last: LiveMessage | null = null;
  #deliver: ((message: LiveMessage) => void) | null = null;

  constructor(options: LiveResultsOptions) {
    this.#options = options;
  }

  /** Calls back once, perhaps at once, when there is a message, or an event to make one of. See `ChangeStream`. */
  whenReady(wake: () => void): void {
    if (this.#last === null) this.#options.source.whenReady(wake);
    else wake();
  }

  /** One call at a time. It never rejects, and resolves to `complete` for ever once it has. */
  next(): Promise<LiveMessage> {
    if (this.#last !== null) return Promise.resolve(this.#last);
    const { promise, resolve } = Promise.withResolvers<LiveMessage>();
    this.#deliver = resolve;
    this.#step().catch((error: unknown) => this.#end([this.#options.mask(error)]));
    return promise;
  }

  /** Ends it after the event that is being executed, if there is one, and before those that wait. */
  drain(): void {
    // What goes wrong while it ends concerns nothing that is still sent.
    this.#options.source.return?.()?.then(undefined, () => undefined);
  }

  /** Ends it at once. `reason`: that of an AbortSignal. An expired token is told; all others mean that there is no client any more. */
  abort(reason?: unknown): void {
    if (this.#last !== null) return;
    const isTold = reason instanceof GatewayError && reason.code === 'UNAUTHENTICATED';
    this.#end(isTold ? [this.#options.mask(reason)] : []);
  }

  async #step(): Promise<void> {
    const { done, value } = await this.#options.source.next();
    if (done === true || value === undefined) return this.#end([]);
    const json = await this.#options.write(value);
    this.#tell({ kind: 'next', json });
  }

  /** Nothing when it has ended meanwhile: then that was told. What was told is not kept while the next event is waited for. */
  #tell(message: LiveMessage): void {
    this.#deliver?.(message);
    this.#deliver = null;
  }

  /** What is awaited is told, once. */
  #end(errors: readonly LiveError[]): void {
    if (this.#last !== null) return;
    this.#last = { kind: 'complete', errors };
    this.#tell(this.#last);
    this.drain();
  }
}
