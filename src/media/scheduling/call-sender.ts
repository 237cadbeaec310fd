/** Sends one call, distributes its reply among its needs, and carries out what follows when it fails. */

import type { Clock } from '../../clock.ts';
import { RedoxError } from '../../redox/redox-error.ts';
import { keepsForLinks } from '../../redox/reply/contents.ts';
import type { CallerTurns } from '../fairness/caller-turns.ts';
import type { ConcurrencyLimiter } from '../fairness/concurrency-limiter.ts';
import { toMediaQuery } from '../model/box.ts';
import type { DestinationAlias } from '../model/keys.ts';
import { afterFailure, findListToSplit } from '../resilience/after-failure.ts';
import type { CircuitBreakers } from '../resilience/circuit-breakers.ts';
import type { RateLimiter } from '../resilience/rate-limiter.ts';
import { retryDelayMs } from '../resilience/retry-policy.ts';
import { Answers } from './answers.ts';
import { CallReport } from './call-report.ts';
import type { DestinationQueue } from './destination-queue.ts';
import type { CallFiles, SchedulerOptions } from './scheduler-options.ts';
import type { SlowCallWatch } from './slow-call-watch.ts';
import type { UpstreamCall } from './upstream-call.ts';

/** The incidents that are reported when a failed call is continued. */
const INCIDENT_OF = { split: 'split', retry: 'retried', requeue: 'requeued' } as const;

/** The parts of the scheduler that are told of the start and the end of each call. */
export interface CallSenderParts {
  readonly turns: CallerTurns;
  readonly rateLimiter: RateLimiter;
  readonly breakers: CircuitBreakers;
  readonly concurrency: ConcurrencyLimiter;
  readonly slowCalls: SlowCallWatch;
  /** Called when a call is over, its slot is free, and everything that continues it is queued. */
  readonly onEnd: () => void;
}

export class CallSender {
  readonly #options: SchedulerOptions;
  readonly #parts: CallSenderParts;
  readonly #clock: Clock;
  readonly #answers: Answers;

  constructor(options: SchedulerOptions, parts: CallSenderParts) {
    this.#options = options;
    this.#parts = parts;
    this.#clock = options.clock;
    this.#answers = new Answers(options.clock);
  }

  /** Sends the call. Settles once everything that follows from the call's end has been done. */
  async send(queue: DestinationQueue, call: UpstreamCall): Promise<void> {
    const { destination } = queue;
    const report = new CallReport(destination, call, this.#options, this.#clock);
    const permit = this.#parts.rateLimiter.start();
    this.#parts.turns.record(call);
    this.#parts.slowCalls.recordStart();
    this.#parts.breakers.recordStart(destination);
    const keeper = this.#collectFiles(destination, call);
    let failure: unknown = null;
    try {
      report.reportStart();
      const { showsQueries = false } = this.#options;
      const onSent = (body: string) => call.account.recordSent(showsQueries ? body : null);
      const options = { files: call.files, keeper, headers: report.headers, onSent };
      const reply = await this.#options.query(destination, toMediaQuery(call.box), call.signal, options);
      const settling = this.#options.slices.finish(queue.settle(call, reply));
      const { complete, ...counts } = settling instanceof Promise ? await settling : settling;
      this.#answers.answer(complete, this.#hasPlenty);
      this.#parts.breakers.recordEnd(destination, null);
      report.reportReply({ ...counts, bytes: reply.bytes, items: reply.items.length }, reply);
    } catch (error) {
      failure = error;
      this.#continueAfter(queue, call, error);
      report.reportFailure(error);
    } finally {
      keeper?.end();
      this.#parts.concurrency.release(call);
      permit.end(failure);
      this.#parts.onEnd();
    }
  }

  #collectFiles(destination: DestinationAlias, call: UpstreamCall): CallFiles | null {
    const { recentFiles, destinations } = this.#options;
    const id = destinations.get(destination);
    if (!recentFiles || id === undefined || !keepsForLinks(call.files)) return null;
    const files = recentFiles.collect(id, call.account);
    call.keptFiles = files;
    return files;
  }

  /** Carries out what `afterFailure` decides. */
  #continueAfter(queue: DestinationQueue, call: UpstreamCall, error: unknown): void {
    const { destination } = queue;
    if (queue.leaveToCounterpart(call, error)) {
      this.#parts.breakers.recordEnd(destination, error);
      return;
    }
    const { maySplit } = queue.splitter;
    if (maySplit && findListToSplit(call, error) !== null)
      this.#parts.breakers.recordInconclusive(destination);
    else this.#recordFailure(destination, call, error);
    const delayMs = retryDelayMs(this.#options.random ?? Math.random);
    const { retries } = queue.inFlight;
    const mayRetry =
      this.#parts.breakers.admits(destination) &&
      retries.hasRoom &&
      queue.splitter.findCulprit(call.box) === null;
    const next = afterFailure(call, error, { delayMs, mayRetry, maySplit }, this.#clock.now());
    if (next.kind === 'retry') retries.recordRetry();
    const lacksSplitBudget = next.kind === 'fail' && next.lacksSplitBudget && error instanceof RedoxError;
    queue.continueAfter(call, lacksSplitBudget ? error.asRetryable() : error, next);
    if (next.kind === 'fail') return;
    this.#options.events?.onIncident?.({ destination, kind: INCIDENT_OF[next.kind] });
  }

  /** Records a failed call that is not split. If only the budget forbids it, a refusal counts as one of all pieces. */
  #recordFailure(destination: DestinationAlias, call: UpstreamCall, error: unknown): void {
    if (!(error instanceof RedoxError) || !error.isRefusal)
      this.#parts.breakers.recordEnd(destination, error);
    else {
      const ofAllPieces = call.half === null && findListToSplit(call, error) !== null;
      this.#parts.breakers.recordRefusal(destination, { ofAllPieces });
    }
  }

  /** Whether extra calls may be spent on answering sooner: quota and slots are plentiful, and the process is not busy. */
  get #hasPlenty(): boolean {
    const { isBusy } = this.#options;
    return this.#parts.rateLimiter.hasPlenty && this.#parts.concurrency.hasPlenty && !isBusy?.();
  }
}
