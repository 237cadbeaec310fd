/** Bounds the uploads that are under way: a file is not held, but what stands between its caller and Redox is. */
import { type Caller, callerKey } from '../media/model/rights.ts';
import { ByteBudget } from './byte-budget.ts';
import { FairSlots } from './fair-slots.ts';

/** The buffers of both connections, of 64 KiB each, and the chunks between them. */
const BYTES_OF_UPLOAD = 256 * 1024;
/** More files at a time than the clients of one caller read from a disk. */
const MAX_OF_CALLER = 32;
/** 24 MiB, and room for two callers beside one with the most. */
const MAX_OF_PROCESS = 96;

/** For callers of whom none is under way: three others may have taken the rest. */
const KEPT = 16;

/** People upload files one by one; more uploads of one caller at once would only share the same bandwidth. */
const SENT_OF_CALLER = 8;
/** Three callers beside one whose uploads all drip have as many, before any waits. */
const SENT_OF_PROCESS = 32;
/** Of these, for callers of whom none is sent: others' may all drip. */
const SENT_KEPT = 8;

export class UploadsInFlight {
  readonly #slots = new FairSlots({
    callerSlots: SENT_OF_CALLER,
    processSlots: SENT_OF_PROCESS,
    keptSlots: SENT_KEPT,
  });
  readonly #budget = new ByteBudget({
    callerBytes: MAX_OF_CALLER * BYTES_OF_UPLOAD,
    processBytes: MAX_OF_PROCESS * BYTES_OF_UPLOAD,
    keptBytes: KEPT * BYTES_OF_UPLOAD,
  });

  /** @throws OVERLOADED when too many uploads, of the caller or of all, are under way. */
  async within<T>(caller: Caller, upload: () => Promise<T>): Promise<T> {
    const reservation = this.#budget.open(callerKey(caller));
    reservation.growTo(BYTES_OF_UPLOAD);
    try {
      return await upload();
    } finally {
      reservation.release();
    }
  }

  /** Sends an upload on to Redox when it is the caller's turn. */
  send<T>(caller: Caller, signal: AbortSignal, upload: () => Promise<T>): Promise<T> {
    return this.#slots.within(callerKey(caller), signal, upload);
  }
}
