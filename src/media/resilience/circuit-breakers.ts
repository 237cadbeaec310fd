/** The circuit breakers: one for each destination, and one for Redox itself. */
import type { Clock } from '../../clock.ts';
import { GatewayError } from '../../errors.ts';
import { RedoxError } from '../../redox/redox-error.ts';
import type { CircuitChange } from '../events.ts';
import type { DestinationAlias } from '../model/keys.ts';
import { CircuitBreaker } from './circuit-breaker.ts';

export interface CircuitBreakersOptions {
  readonly destinations: readonly DestinationAlias[];
  readonly clock: Clock;
  /** Called whenever a breaker changes its state; `destination` is null for the breaker of Redox itself. */
  readonly onBreaker: ((change: CircuitChange) => void) | undefined;
}

export class CircuitBreakers {
  readonly #options: CircuitBreakersOptions;
  readonly #host: CircuitBreaker;
  readonly #ofDestinations: ReadonlyMap<DestinationAlias, CircuitBreaker>;

  constructor(options: CircuitBreakersOptions) {
    const { destinations, clock } = options;
    this.#options = options;
    this.#host = new CircuitBreaker(clock);
    this.#ofDestinations = new Map(destinations.map((alias) => [alias, new CircuitBreaker(clock)]));
  }

  /** Whether a call to the destination may start now. */
  admits(destination: DestinationAlias): boolean {
    return this.#host.admits && this.#breakerOf(destination).admits;
  }

  /** Records the start of a call. */
  recordStart(destination: DestinationAlias): void {
    this.#change(destination, (host, own) => {
      host.recordStart();
      own.recordStart();
    });
  }

  /** Records the end of a call. `error`: null for a success; any error but a RedoxError proves nothing about the upstream. */
  recordEnd(destination: DestinationAlias, error: unknown): void {
    const isOfRedox = error instanceof RedoxError;
    if (error === null || isOfRedox) {
      this.#change(destination, (host, own) => recordIn(host, own, isOfRedox ? error.failedParty : null));
    } else this.recordInconclusive(destination);
  }

  /** Records the end of a call that proves nothing about other calls, such as one that may succeed with a shorter query. */
  recordInconclusive(destination: DestinationAlias): void {
    this.#change(destination, (host, own) => {
      host.recordInconclusive();
      own.recordInconclusive();
    });
  }

  /**
   * Records that Redox or the destination refused a query. `ofAllPieces`: the refusal counts for every part of the query, since
   * all pieces of it were refused as well, or since it is not split to find out.
   */
  recordRefusal(destination: DestinationAlias, { ofAllPieces }: { readonly ofAllPieces: boolean }): void {
    this.#change(destination, (host, own) => {
      host.recordSuccess();
      if (ofAllPieces) own.recordFailure();
      else own.recordRefusal();
    });
  }

  /** The destination has stopped responding, even to probes: see `CircuitBreaker.hold`. */
  hold(destination: DestinationAlias): void {
    this.#change(destination, (_, own) => own.hold());
  }

  release(destination: DestinationAlias): void {
    this.#breakerOf(destination).release();
  }

  /** Sends a write to these destinations, and records its start and its end. */
  async watch<T>(destinations: readonly DestinationAlias[], send: () => Promise<T>): Promise<T> {
    for (const destination of destinations) this.recordStart(destination);
    try {
      const result = await send();
      for (const destination of destinations) this.recordEnd(destination, null);
      return result;
    } catch (error) {
      for (const destination of destinations) this.recordEnd(destination, error);
      throw error;
    }
  }

  #breakerOf(destination: DestinationAlias): CircuitBreaker {
    const breaker = this.#ofDestinations.get(destination);
    if (breaker === undefined) throw new Error('a call names an unknown destination');
    return breaker;
  }

  #change(destination: DestinationAlias, work: (host: CircuitBreaker, own: CircuitBreaker) => void): void {
    const own = this.#breakerOf(destination);
    const before = [this.#host.state, own.state];
    work(this.#host, own);
    const { onBreaker } = this.#options;
    if (this.#host.state !== before[0]) onBreaker?.({ destination: null, state: this.#host.state });
    if (own.state !== before[1]) onBreaker?.({ destination, state: own.state });
  }
}

/** Any response shows that Redox works. A response caused by the query alone shows that the destination works as well. */
function recordIn(host: CircuitBreaker, own: CircuitBreaker, failedParty: RedoxError['failedParty']): void {
  if (failedParty === 'host') {
    host.recordFailure();
    own.recordInconclusive();
    return;
  }
  host.recordSuccess();
  if (failedParty === null) own.recordSuccess();
  else own.recordFailure();
}

/** Raised locally by an open breaker; no upstream call was made. */
export function createUnavailableError(): GatewayError {
  return new GatewayError('UPSTREAM_UNAVAILABLE', { redox: { logIds: [], status: null } });
}
