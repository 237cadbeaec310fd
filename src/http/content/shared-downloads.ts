/**
 * Decides which downloads may share a Media Query: those whose files fit completely into a budget, so that a client who reads
 * slowly does not delay the others.
 */
import type { Writable } from 'node:stream';
import { GatewayError } from '../../errors.ts';
import { ByteBudget } from '../bodies/byte-budget.ts';

const MIB = 1024 * 1024;

/** A photo from a phone. A larger file takes long, which would delay the other downloads, and sharing it saves few calls. */
const MAX_FILE_BYTES = 8 * MIB;
/**
 * Enough for eight of the largest files, or hundreds of pictures of a page, for clients that read nothing for as long as that is
 * allowed.
 */
const PROCESS_BYTES = 64 * MIB;
/** One caller leaves room for the others. */
const CALLER_BYTES = 32 * MIB;

export class SharedDownloads {
  readonly #budget = new ByteBudget({ processBytes: PROCESS_BYTES, callerBytes: CALLER_BYTES });

  /**
   * Whether a download that ends with `response` may share a call. If so, `bytes`, the size of its whole file, stay reserved
   * until it ends.
   */
  admit(bytes: number, caller: string, response: Writable): boolean {
    if (bytes > MAX_FILE_BYTES || response.closed) return false;
    const reservation = this.#budget.open(caller);
    try {
      reservation.growTo(bytes);
    } catch (error) {
      if (error instanceof GatewayError) return false;
      throw error;
    }
    response.once('close', reservation.release);
    return true;
  }
}
