/** Whether a destination may be asked, and a call repeated: breakers for each destination and for Redox itself. */
import type { Clock } from '../../clock.ts';
import { GatewayError } from '../../errors.ts';
import { RedoxFault } from '../../redox/fault.ts';
import type { SchedulerEvents } from '../events.ts';
import { Breaker } from './breaker.ts';
import { RetryBudget } from './retry-budget.ts';

/** A repeated call waits up to so long, at random: those who failed together should not come back together. */
const LONGEST_JITTER_MS = 500;

export interface GuardOptions {
  readonly destinations: readonly string[];
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly onBreaker: SchedulerEvents['onBreaker'];
}

export class Guard {
  readonly #options: GuardOptions;
  readonly #host: Breaker;
  readonly #ofDestinations: ReadonlyMap<string, Breaker>;
  readonly #repeats: RetryBudget;

  constructor(options: GuardOptions) {
    const { destinations, clock } = options;
    this.#options = options;
    this.#host = new Breaker(clock);
    this.#ofDestinations = new Map(destinations.map((alias) => [alias, new Breaker(clock)]));
    this.#repeats = new RetryBudget(clock);
  }

  /** Whether a call may start now. */
  admits(destination: string): boolean {
    return this.#host.admits && this.#breakerOf(destination).admits;
  }

  /** A call starts. */
  begin(destination: string): void {
    this.#repeats.noteCall();
    this.#change(destination, (host, own) => {
      host.start();
      own.start();
    });
  }

  /** A call ended: with an answer (null), a fault, or, as others than Redox may be the cause, anything else. */
  note(destination: string, fault: unknown): void {
    const isFault = fault instanceof RedoxFault;
    if (fault === null || isFault) {
      this.#change(destination, (host, own) => tell(host, own, isFault ? fault.blame : null));
    } else this.noteNothing(destination);
  }

  /** A call ended that tells nothing of others: a shorter one may do. */
  noteNothing(destination: string): void {
    this.#change(destination, (host, own) => {
      host.toldNothing();
      own.toldNothing();
    });
  }

  /** Takes note of how a write to these destinations ends. */
  async watch<T>(destinations: readonly string[], send: () => Promise<T>): Promise<T> {
    for (const destination of destinations) this.begin(destination);
    try {
      const result = await send();
      for (const destination of destinations) this.note(destination, null);
      return result;
    } catch (fault) {
      for (const destination of destinations) this.note(destination, fault);
      throw fault;
    }
  }

  /** Whether the call may be sent once more; if so, that counts. */
  takeRepeat(destination: string, fault: unknown): boolean {
    const isRepeatable = fault instanceof RedoxFault && fault.repeatable;
    return isRepeatable && this.admits(destination) && this.#repeats.take();
  }

  /** How long to wait before that: full jitter, or what Redox asks for. */
  delayBeforeRepeat(fault: unknown): number {
    const pauseSeconds = fault instanceof RedoxFault ? fault.askedPauseSeconds : undefined;
    return pauseSeconds === undefined ? this.#options.random() * LONGEST_JITTER_MS : pauseSeconds * 1000;
  }

  #breakerOf(destination: string): Breaker {
    const breaker = this.#ofDestinations.get(destination);
    if (breaker === undefined) throw new Error('a call names an unknown destination');
    return breaker;
  }

  #change(destination: string, work: (host: Breaker, own: Breaker) => void): void {
    const own = this.#breakerOf(destination);
    const before = [this.#host.state, own.state];
    work(this.#host, own);
    const { onBreaker } = this.#options;
    if (this.#host.state !== before[0]) onBreaker?.({ destination: null, state: this.#host.state });
    if (own.state !== before[1]) onBreaker?.({ destination, state: own.state });
  }
}

/** Any answer shows that Redox is there; one that is the query's own fault, that the destination is, too. */
function tell(host: Breaker, own: Breaker, blame: RedoxFault['blame']): void {
  if (blame === 'host') {
    host.failed();
    own.toldNothing();
    return;
  }
  host.passed();
  if (blame === null) own.passed();
  else own.failed();
}

/** Said by us: nobody was asked. */
export function unavailable(): GatewayError {
  return new GatewayError('UPSTREAM_UNAVAILABLE', { retryable: true, redox: { logIds: [], status: null } });
}
