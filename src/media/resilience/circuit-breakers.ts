/** Whether a destination may be asked, and a call repeated: breakers for each destination and for Redox itself. */
import type { Clock } from '../../clock.ts';
import { GatewayError } from '../../errors.ts';
import { RedoxError } from '../../redox/redox-error.ts';
import type { SchedulerEvents } from '../events.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { RetryBudget } from './retry-budget.ts';

/** A repeated call waits up to so long, at random: those who failed together should not come back together. */
const MAX_JITTER_MS = 500;

export interface CircuitBreakersOptions {
  readonly destinations: readonly string[];
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly onBreaker: SchedulerEvents['onBreaker'];
}

export class CircuitBreakers {
  readonly #options: CircuitBreakersOptions;
  readonly #host: CircuitBreaker;
  readonly #ofDestinations: ReadonlyMap<string, CircuitBreaker>;
  readonly #retries: RetryBudget;

  constructor(options: CircuitBreakersOptions) {
    const { destinations, clock } = options;
    this.#options = options;
    this.#host = new CircuitBreaker(clock);
    this.#ofDestinations = new Map(destinations.map((alias) => [alias, new CircuitBreaker(clock)]));
    this.#retries = new RetryBudget(clock);
  }

  /** Whether a call may start now. */
  admits(destination: string): boolean {
    return this.#host.admits && this.#breakerOf(destination).admits;
  }

  /** A call starts. */
  begin(destination: string): void {
    this.#retries.recordCall();
    this.#change(destination, (host, own) => {
      host.start();
      own.start();
    });
  }

  /** A call ended: with an answer (null), a fault, or, as others than Redox may be the cause, anything else. */
  record(destination: string, fault: unknown): void {
    const isFault = fault instanceof RedoxError;
    if (fault === null || isFault) {
      this.#change(destination, (host, own) => recordIn(host, own, isFault ? fault.failedParty : null));
    } else this.recordInconclusive(destination);
  }

  /** A call ended that tells nothing of others: a shorter one may do. */
  recordInconclusive(destination: string): void {
    this.#change(destination, (host, own) => {
      host.recordInconclusive();
      own.recordInconclusive();
    });
  }

  /** Takes note of how a write to these destinations ends. */
  async watch<T>(destinations: readonly string[], send: () => Promise<T>): Promise<T> {
    for (const destination of destinations) this.begin(destination);
    try {
      const result = await send();
      for (const destination of destinations) this.record(destination, null);
      return result;
    } catch (fault) {
      for (const destination of destinations) this.record(destination, fault);
      throw fault;
    }
  }

  /** Whether the call may be sent once more; if so, that counts. */
  takeRetry(destination: string, fault: unknown): boolean {
    const mayRetry = fault instanceof RedoxError && fault.autoRetry;
    return mayRetry && this.admits(destination) && this.#retries.take();
  }

  /** How long to wait before that: full jitter, or what Redox asks for. */
  retryDelayMs(fault: unknown): number {
    const pauseSeconds = fault instanceof RedoxError ? fault.requestedPauseSeconds : undefined;
    return pauseSeconds === undefined ? this.#options.random() * MAX_JITTER_MS : pauseSeconds * 1000;
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

/** Any answer shows that Redox is there; one that is the query's own fault, that the destination is, too. */
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

/** Said by us: nobody was asked. */
export function unavailable(): GatewayError {
  return new GatewayError('UPSTREAM_UNAVAILABLE', { retryable: true, redox: { logIds: [], status: null } });
}
