/**
 * What a subscription sends, one message after another, as fast as its client takes them: the next event is asked for only when
 * the last one has been taken.
 */
import type { GraphQLFormattedError } from 'graphql';
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

export interface LiveResultsOptions {
  readonly source: AsyncIterator<unknown>;
  /** Resolves to the result of one event, as JSON. Rejects when it may not leave: the subscription then ends. */
  readonly execute: (event: unknown) => Promise<string>;
  /** Turns what the source or `execute` has thrown into what clients may see. */
  readonly mask: (error: unknown) => LiveError;
}

export class LiveResults {
  readonly #options: LiveResultsOptions;
  #last: LiveMessage | null = null;
  #deliver: ((message: LiveMessage) => void) | null = null;
  #isExecuting = false;
  #isDraining = false;

  constructor(options: LiveResultsOptions) {
    this.#options = options;
  }

  /** One call at a time. It never rejects, and resolves to `complete` for ever once it has. */
  next(): Promise<LiveMessage> {
    if (this.#isDraining) this.#end([]);
    if (this.#last !== null) return Promise.resolve(this.#last);
    const { promise, resolve } = Promise.withResolvers<LiveMessage>();
    // The source may take its time to end, so that whoever ends it does not wait for it.
    this.#deliver = resolve;
    this.#step().then(resolve, (error: unknown) => resolve(this.#end([this.#options.mask(error)])));
    return promise;
  }

  /** Ends it after the event that is being executed, if there is one. */
  drain(): void {
    this.#isDraining = true;
    if (!this.#isExecuting) this.#end([]);
  }

  /** Ends it at once. `reason`: a GatewayError that the client is told of; all others mean that there is no client any more. */
  abort(reason?: unknown): void {
    const isTold = reason instanceof GatewayError && reason.code === 'UNAUTHENTICATED';
    this.#end(isTold ? [this.#options.mask(reason)] : []);
  }

  async #step(): Promise<LiveMessage> {
    const { done, value } = await this.#options.source.next();
    if (this.#last !== null) return this.#last;
    if (done) return this.#end([]);
    this.#isExecuting = true;
    try {
      return { kind: 'next', json: await this.#options.execute(value) };
    } finally {
      this.#isExecuting = false;
    }
  }

  #end(errors: readonly LiveError[]): LiveMessage {
    if (this.#last !== null) return this.#last;
    const last = { kind: 'complete', errors } as const;
    this.#last = last;
    this.#deliver?.(last);
    // What goes wrong while it ends concerns nothing that is still sent.
    this.#options.source.return?.()?.then(undefined, () => undefined);
    return last;
  }
}
