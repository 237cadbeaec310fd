/** Since when a replica has received all events, as it can tell by reading the stream and by writing beside it. */
import type { Clock } from '../clock.ts';
import type { InboxHealth } from '../events/inbox.ts';

/** Three heartbeats, or dozens of reads. */
const MAX_SILENCE_MS = 3000;

export class InboxPulse {
  readonly #clock: Pick<Clock, 'now'>;
  #readAt = Number.NEGATIVE_INFINITY;
  #writtenAt = Number.NEGATIVE_INFINITY;
  #upSince: number | null = null;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** Records that the stream was read to its end. */
  read(): void {
    this.#endIfSilent();
    this.#readAt = this.#clock.now();
    this.#begin();
  }

  /** Records that Redis has accepted what an event would write. */
  written(): void {
    this.#endIfSilent();
    this.#writtenAt = this.#clock.now();
    this.#begin();
  }

  /** Records that an event, or a heartbeat, could not be written: Redox may be holding back events. */
  refused(): void {
    this.#writtenAt = Number.NEGATIVE_INFINITY;
    this.#upSince = null;
  }

  get health(): InboxHealth {
    this.#endIfSilent();
    const lastSeen = Number.isFinite(this.#readAt) ? this.#readAt : null;
    return { lastSeen, isUp: this.#upSince !== null, upSince: this.#upSince };
  }

  #begin(): void {
    if (!this.#isSilent) this.#upSince ??= this.#clock.now();
  }

  #endIfSilent(): void {
    if (this.#isSilent) this.#upSince = null;
  }

  get #isSilent(): boolean {
    return this.#clock.now() - Math.min(this.#readAt, this.#writtenAt) > MAX_SILENCE_MS;
  }
}
