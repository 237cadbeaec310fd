/** Whether calls to a destination may start: a circuit breaker for each destination, and one for Redox itself. */
import type { Clock } from '../../clock.ts';
import { GatewayError } from '../../errors.ts';
import { RedoxError } from '../../redox/redox-error.ts';
import { CircuitBreaker, type CircuitState } from './circuit-breaker.ts';

export interface CircuitBreakersOptions {
  readonly destinations: readonly string[];
  readonly clock: Clock;
  /** Is told when one opens, lets a call try, or closes; `destination` is null for Redox itself. */
  readonly onBreaker:
    | ((event: { readonly destination: string | null; readonly state: CircuitState }) => void)
    | undefined;
}

export class CircuitBreakers {
  readonly #options: CircuitBreakersOptions;
  readonly #host: CircuitBreaker;
  readonly #ofDestinations: ReadonlyMap<string, CircuitBreaker>;

  constructor(options: CircuitBreakersOptions) {
    const { destinations, clock } = options;
    this.#options = options;
    this.#host = new CircuitBreaker(clock);
    this.#ofDestinations = new Map(destinations.map((alias) => [alias, new CircuitBreaker(clock)]));
  }

  /** Whether a call may start now. */
  admits(destination: string): boolean {
    return this.#host.admits && this.#breakerOf(destination).admits;
  }

  /** A call starts. */
  begin(destination: string): void {
    this.#change(destination, (host, own) => {
      host.start();
      own.start();
    });
  }

  /** A call ended: with a response (null), with an error of Redox's, or with any other error, which proves nothing. */
  record(destination: string, error: unknown): void {
    const isOfRedox = error instanceof RedoxError;
    if (error === null || isOfRedox) {
      this.#change(destination, (host, own) => recordIn(host, own, isOfRedox ? error.failedParty : null));
    } else this.recordInconclusive(destination);
  }

  /** A call ended that proves nothing about others, such as one that a shorter query may do better than. */
  recordInconclusive(destination: string): void {
    this.#change(destination, (host, own) => {
      host.recordInconclusive();
      own.recordInconclusive();
    });
  }

  /** A query was refused for what it asks, by Redox or the destination: as a whole, or with all of its pieces. */
  recordRefusal(destination: string, { ofAllPieces }: { readonly ofAllPieces: boolean }): void {
    this.#change(destination, (host, own) => {
      host.recordSuccess();
      if (ofAllPieces) own.recordFailure();
      else own.recordRefusal();
    });
  }

  /** A destination has been silent, and so were probes: see `CircuitBreaker.hold`. */
  hold(destination: string): void {
    this.#change(destination, (_, own) => own.hold());
  }

  release(destination: string): void {
    this.#breakerOf(destination).release();
  }

  /** Records how a write to these destinations ends. */
  async watch<T>(destinations: readonly string[], send: () => Promise<T>): Promise<T> {
    for (const destination of destinations) this.begin(destination);
    try {
      const result = await send();
      for (const destination of destinations) this.record(destination, null);
      return result;
    } catch (error) {
      for (const destination of destinations) this.record(destination, error);
      throw error;
    }
  }

  #breakerOf(destination: string): CircuitBreaker {
    const breaker = this.#ofDestinations.get(destination);
    if (breaker === undefined) throw new Error('a call names an unknown destination');
    return breaker;
  }

  #change(destination: string, work: (host: CircuitBreaker, own: CircuitBreaker) => void): void {
    const own = this.#breakerOf(destination);
    const before = [this.#host.state, own.state];
    work(this.#host, own);
    const { onBreaker } = this.#options;
    if (this.#host.state !== before[0]) onBreaker?.({ destination: null, state: this.#host.state });
    if (own.state !== before[1]) onBreaker?.({ destination, state: own.state });
  }
}

/** Any response shows that Redox is there; one that the query itself has caused, that the destination is, too. */
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
export function unavailable(): GatewayError {
  return new GatewayError('UPSTREAM_UNAVAILABLE', { retryable: true, redox: { logIds: [], status: null } });
}
