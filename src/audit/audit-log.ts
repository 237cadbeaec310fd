/**
 * The audit trail as a chain of lines in a sink. While the sink accepts no lines, responses are refused or sent, as
 * AUDIT_ON_FAILURE requires.
 */
import { type Clock, nextTurn } from '../clock.ts';
import { GatewayError } from '../errors.ts';
import { afterMicrotasks } from '../time-slices.ts';
import type { Access } from './access.ts';
import { Batch } from './batch.ts';
import { type Link, writeLine } from './chain.ts';
import type { OpenedSink } from './open-sink.ts';
import { type Sink, SinkError } from './sink.ts';

/** The contents of a line for an entry, besides its place in the chain. */
export type Form = (access: Access) => object;

export interface AuditLogOptions extends OpenedSink {
  /** By default, the entry itself. */
  readonly form?: Form;
  /** What happens to a response whose entries cannot be written. */
  readonly onFailure: 'refuse' | 'continue';
  readonly clock: Clock;
  /** Called with the cause when entries cannot be written, once until they can be written again. */
  readonly reportFailed: (event: { readonly error: unknown }) => void;
  readonly reportRestored: () => void;
}

/** A local file takes microseconds; a reader that needs longer than this has stopped, as far as a caller can tell. */
const MAX_WAIT_MS = 2000;
/** For an operation whose deadline has passed: its response may take 250 ms longer. */
const MIN_WAIT_MS = 200;
/**
 * The maximum number of entries of one operation, and of all that are not yet written, that are written in one turn of the event
 * loop: some milliseconds.
 */
const MAX_ENTRIES_AT_ONCE = 250;

/** What the next line states about missing entries. */
interface Gap {
  readonly since: string;
  readonly unwritten: number;
}

export class AuditLog {
  readonly #options: AuditLogOptions;
  readonly #sink: Sink;
  #last: Link;
  #gap: Gap | null = null;
  #isFailing = false;
  /** The batch of operations that have ended in this tick; null if there are none. */
  #batch: Batch | null = null;
  /** The start times of writes that the sink has accepted and not confirmed yet; the oldest is first. */
  readonly #unconfirmed = new Set<{ readonly since: number }>();

  constructor(options: AuditLogOptions) {
    this.#options = options;
    this.#sink = options.sink;
    this.#last = options.last;
  }

  /**
   * Resolves when all entries are written and, with AUDIT_ON_FAILURE=continue, also when they cannot be. `deadline`: that of the
   * operation, in milliseconds of the clock. @throws OVERLOADED when the operation must not continue without them.
   */
  async record(entries: Iterable<Access>, deadline: number): Promise<void> {
    const { clock } = this.#options;
    let batch: Access[] = [];
    for (const entry of entries) {
      batch.push(entry);
      if (batch.length < MAX_ENTRIES_AT_ONCE) continue;
      await this.#writeOrRefuse(batch, deadline);
      batch = [];
      await nextTurn(clock);
    }
    if (batch.length > 0) await this.#writeOrRefuse(batch, deadline);
  }

  /**
   * Whether entries can be written, as far as this can be known without writing one. After a failure, a line that reports the gap
   * is written.
   */
  async isAvailable(): Promise<boolean> {
    try {
      this.#checkReader();
      this.#sink.check();
    } catch (error) {
      this.#noteFailure(error, 0);
      return false;
    }
    if (this.#gap === null) return true;
    const written = this.#add([], this.#options.clock.now());
    this.#flush();
    return written.then(
      () => true,
      () => false,
    );
  }

  close(): void {
    this.#flush();
    this.#sink.close();
  }

  async #writeOrRefuse(entries: readonly Access[], deadline: number): Promise<void> {
    try {
      await this.#add(entries, deadline);
    } catch (cause) {
      if (this.#options.onFailure === 'refuse') throw new GatewayError('OVERLOADED', { cause });
    }
  }

  /** Rejects when the entries are not written, or are not known to be written in time. */
  #add(entries: readonly Access[], deadline: number): Promise<void> {
    const batch = this.#batch ?? this.#startBatch();
    const left = deadline - this.#options.clock.now();
    const added = batch.add(entries, Math.max(MIN_WAIT_MS, Math.min(MAX_WAIT_MS, left)));
    if (batch.entries.length >= MAX_ENTRIES_AT_ONCE) this.#flush();
    return added;
  }

  /**
   * Operations that one call has answered end in one tick, and their entries are one write, before the tick is over. Waiting for
   * the end of the turn would combine operations whose answers were spread over several turns so that their clients do not all
   * query again at the same time.
   */
  #startBatch(): Batch {
    const batch = new Batch();
    this.#batch = batch;
    afterMicrotasks(() => this.#flush());
    return batch;
  }

  #flush(): void {
    const batch = this.#batch;
    if (batch === null) return;
    this.#batch = null;
    const { entries } = batch;
    let written: void | Promise<void>;
    const gap = this.#gap;
    try {
      this.#checkReader();
      const { text, last } = this.#chain(entries);
      written = this.#sink.write(text);
      // Updated only now, so that nothing follows lines that the sink did not accept.
      this.#last = last;
      this.#gap = null;
    } catch (error) {
      this.#noteFailure(error, entries.length);
      batch.fail(error);
      return;
    }
    if (written === undefined) {
      this.#noteSuccess();
      batch.succeed();
    } else this.#confirm(batch, written, gap);
  }

  #chain(entries: readonly Access[]): { readonly text: string; readonly last: Link } {
    const { form = (entry) => entry } = this.#options;
    let last = this.#last;
    let text = '';
    const add = (content: object, event: 'audit' | 'audit-gap') => {
      const { line, link } = writeLine(content, last, event);
      last = link;
      text += `${line}\n`;
    };
    if (this.#gap !== null) add({ time: this.#time(), ...this.#gap }, 'audit-gap');
    for (const entry of entries) add(form(entry), 'audit');
    return { text, last };
  }

  /** A reader that has stopped gets no more lines, as they would accumulate here. */
  #checkReader(): void {
    const [oldest] = this.#unconfirmed;
    if (oldest !== undefined && this.#options.clock.now() - oldest.since >= MAX_WAIT_MS)
      throw new SinkError('AUDIT_READER_STOPPED');
  }

  /** `gap`: what the first line of the batch states about missing entries. */
  #confirm(batch: Batch, written: Promise<void>, gap: Gap | null): void {
    const { clock } = this.#options;
    const write = { since: clock.now() };
    this.#unconfirmed.add(write);
    const timers = batch.waits.map((waitMs) =>
      clock.setTimeout(() => {
        const error = new SinkError('AUDIT_READER_STOPPED');
        this.#reportFailure(error);
        batch.failAfter(waitMs, error);
      }, waitMs),
    );
    const end = () => {
      this.#unconfirmed.delete(write);
      for (const timer of timers) clock.clearTimeout(timer);
    };
    written.then(
      () => {
        end();
        this.#noteSuccess();
        batch.succeed();
      },
      (error: unknown) => {
        end();
        this.#noteFailure(error, batch.entries.length + (gap?.unwritten ?? 0), gap?.since);
        batch.fail(error);
      },
    );
  }

  #noteFailure(error: unknown, unwritten: number, since = this.#time()): void {
    this.#gap = { since: this.#gap?.since ?? since, unwritten: (this.#gap?.unwritten ?? 0) + unwritten };
    this.#reportFailure(error);
  }

  #reportFailure(error: unknown): void {
    if (this.#isFailing) return;
    this.#isFailing = true;
    this.#options.reportFailed({ error });
  }

  #noteSuccess(): void {
    if (!this.#isFailing) return;
    this.#isFailing = false;
    this.#options.reportRestored();
  }

  #time(): string {
    return new Date(this.#options.clock.wallTime()).toISOString();
  }
}
