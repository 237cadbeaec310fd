/** The writes of other replicas to one destination, in the order of this replica's Media Queries. */
import type { Clock } from '../../clock.ts';
import { LatestReading } from '../../latest-reading.ts';
import type { DestinationId } from '../model/keys.ts';
import type { SharedWriteOrder, WriteNews } from './shared-write-order.ts';
import type { WriteOrder, WriteUnderWay } from './write-order.ts';

/** How often this replica checks a write in flight for which a query waits. */
const LOOK_MS = 50;

/**
 * A replica announces every second that its write is in flight. A replica that has been silent for this long has ended, and the
 * end of its write will never be announced: the write counts as answered.
 */
const MAX_SILENCE_MS = 3000;

interface RemoteWrite {
  readonly write: WriteUnderWay;
  heardAt: number;
}

export class RemoteWrites {
  readonly #destinationId: DestinationId;
  readonly #order: WriteOrder;
  readonly #shared: SharedWriteOrder;
  readonly #clock: Clock;
  readonly #underWay = new Map<string, RemoteWrite>();
  readonly #readings = new LatestReading(() => this.#read());
  #isWatching = false;

  constructor(destinationId: DestinationId, order: WriteOrder, shared: SharedWriteOrder, clock: Clock) {
    this.#destinationId = destinationId;
    this.#order = order;
    this.#shared = shared;
    this.#clock = clock;
  }

  /** Reads all writes that others have announced until now; false when that is not possible. */
  catchUp(): Promise<boolean> {
    return this.#readings.take();
  }

  /** While needs wait for a write: checks until no other replica has one in flight. */
  watch(): void {
    if (!this.#isWatching) void this.#watch();
  }

  async #watch(): Promise<void> {
    this.#isWatching = true;
    while (this.#underWay.size > 0) {
      await new Promise<void>((resolve) => {
        // The timer must not keep the process alive.
        this.#clock.setTimeout(resolve, LOOK_MS).unref();
      });
      await this.catchUp();
    }
    this.#isWatching = false;
  }

  async #read(): Promise<boolean> {
    const reading = await this.#shared.read(this.#destinationId);
    if (reading?.hasGap) this.#order.forgetPatients(this.#clock.now() - (reading.gapAgeMs ?? 0));
    for (const news of reading?.news ?? []) this.#take(news);
    this.#endSilent();
    return reading !== null;
  }

  #take({ id, kind, patient, removed }: WriteNews): void {
    const known = this.#underWay.get(id);
    const write = known ?? { write: this.#order.begin(patient, removed), heardAt: 0 };
    write.heardAt = this.#clock.now();
    if (kind === 'underWay') this.#underWay.set(id, write);
    else this.#end(id, write);
  }

  #endSilent(): void {
    const now = this.#clock.now();
    for (const [id, write] of this.#underWay) {
      if (now - write.heardAt >= MAX_SILENCE_MS) this.#end(id, write);
    }
  }

  #end(id: string, { write }: RemoteWrite): void {
    this.#underWay.delete(id);
    write.end();
  }
}
