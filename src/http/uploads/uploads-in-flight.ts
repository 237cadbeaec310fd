/** Limits the uploads in flight: files are not held, but the buffers between the client and Redox are. */
import { type Caller, callerKey } from '../../media/model/rights.ts';
import { ByteBudget } from '../bodies/byte-budget.ts';
import { FairSlots } from '../fair-slots.ts';

/** The buffers of both connections, of 64 KiB each, and the chunks between them. */
const UPLOAD_BYTES = 256 * 1024;
/** More files than the clients of one caller read from a disk at the same time. */
const MAX_PER_CALLER = 32;
/** 24 MiB, with room for two callers besides one that has the most. */
const MAX_PER_PROCESS = 96;

/** Reserved for callers without an upload: three other callers may have taken the rest. */
const RESERVED = 16;

/** People upload files one by one; more uploads of one caller at the same time would only share the same bandwidth. */
const MAX_SENT_PER_CALLER = 8;
/** Three callers have as many as one whose uploads are all slow, before any of them waits. */
const MAX_SENT_PER_PROCESS = 32;
/** The part of these that is reserved for callers without one: the uploads of others may all be slow. */
const RESERVED_SENT = 8;

export class UploadsInFlight {
  readonly #slots = new FairSlots({
    callerSlots: MAX_SENT_PER_CALLER,
    processSlots: MAX_SENT_PER_PROCESS,
    reservedSlots: RESERVED_SENT,
  });
  readonly #budget = new ByteBudget({
    callerBytes: MAX_PER_CALLER * UPLOAD_BYTES,
    processBytes: MAX_PER_PROCESS * UPLOAD_BYTES,
    reservedBytes: RESERVED * UPLOAD_BYTES,
  });

  /** @throws OVERLOADED when too many uploads, of the caller or of all callers, are in flight. */
  async within<T>(caller: Caller, upload: () => Promise<T>): Promise<T> {
    const reservation = this.#budget.open(callerKey(caller));
    reservation.growTo(UPLOAD_BYTES);
    try {
      return await upload();
    } finally {
      reservation.release();
    }
  }

  /** Sends an upload on to Redox as soon as the caller gets a slot. */
  send<T>(caller: Caller, signal: AbortSignal, upload: () => Promise<T>): Promise<T> {
    return this.#slots.within(callerKey(caller), signal, upload);
  }
}
