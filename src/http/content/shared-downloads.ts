/** Which downloads may share a Media Query: those whose bytes all have room, so that a caller who reads slowly holds up no other. */
import type { Writable } from 'node:stream';
import { GatewayError } from '../../errors.ts';
import { ByteBudget } from '../byte-budget.ts';

const MIB = 1024 * 1024;

/** A photo of a telephone. What is larger takes a while, which others would wait for, and saves few calls. */
const MAX_FILE_BYTES = 8 * MIB;
/** Of callers who read nothing for as long as that may last; eight of the largest files, hundreds of pictures for a page. */
const PROCESS_BYTES = 64 * MIB;
/** One caller leaves room for the others. */
const CALLER_BYTES = 32 * MIB;

export class SharedDownloads {
  readonly #budget = new ByteBudget({ processBytes: PROCESS_BYTES, callerBytes: CALLER_BYTES });

  /** Whether a download that ends with `response` may share. Then there is room for `bytes`, all of its file, until its end. */
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
