/** Reads the body of a request into one buffer, within a limit, a budget and a deadline. */
import { errorCodes, type FastifyRequest } from 'fastify';
import type { Clock, Timer } from '../../clock.ts';
import { maxTransferMs } from '../transfer-time.ts';
import type { ByteReservation } from './byte-budget.ts';

/** The first buffer for a body whose length is not known. */
const FIRST_BYTES = 16 * 1024;

export interface BodyRules {
  readonly maxBytes: number;
  /** Reserves as many bytes as the buffer takes. */
  readonly reservation: ByteReservation;
  readonly clock: Clock;
}

/** A body that did not arrive in time. */
class BodyTimeout extends Error {
  readonly statusCode = 408;
}

type RawRequest = FastifyRequest['raw'];

/** Null when the body is sent in chunks. */
export function statedBytesOf({ 'content-length': stated }: FastifyRequest['headers']): number | null {
  return stated === undefined ? null : Number(stated);
}

/** @throws an error with a `statusCode`: 408, 413, or 400 when the connection broke; OVERLOADED when the budget is exhausted. */
export async function readBody(
  request: RawRequest,
  { maxBytes, reservation, clock }: BodyRules,
): Promise<Buffer> {
  const buffer = new BodyBuffer(statedBytesOf(request.headers), maxBytes, reservation);
  await receive(request, buffer, reservation, clock);
  return buffer.bytes;
}

/**
 * Collects the body in one buffer instead of a list of chunks: a caller decides how short the chunks are, and a chunk of one byte
 * takes more than a hundred. A stated length is reserved at once, so that a body that does not fit is refused before it is sent;
 * the memory is used only as it fills.
 */
class BodyBuffer {
  readonly timeMs: number;
  readonly #maxBytes: number;
  readonly #reservation: ByteReservation;
  #buffer: Buffer;
  #length = 0;

  constructor(statedBytes: number | null, maxBytes: number, reservation: ByteReservation) {
    this.#maxBytes = maxBytes;
    this.#reservation = reservation;
    this.timeMs = maxTransferMs(statedBytes ?? maxBytes);
    this.#buffer = this.#allocate(statedBytes ?? Math.min(FIRST_BYTES, maxBytes));
  }

  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  add(chunk: Buffer): void {
    const length = this.#length + chunk.length;
    if (length > this.#buffer.length) {
      const larger = this.#allocate(Math.max(length, Math.min(2 * this.#buffer.length, this.#maxBytes)));
      this.#buffer.copy(larger, 0, 0, this.#length);
      this.#buffer = larger;
    }
    chunk.copy(this.#buffer, this.#length);
    this.#length = length;
  }

  #allocate(bytes: number): Buffer {
    if (bytes > this.#maxBytes) throw new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE();
    this.#reservation.growTo(bytes);
    return Buffer.allocUnsafe(bytes);
  }
}

function receive(
  request: RawRequest,
  buffer: BodyBuffer,
  reservation: ByteReservation,
  clock: Clock,
): Promise<void> {
  return new Promise((resolve, reject) => {
    // The client may have disconnected while its token was verified.
    if (request.destroyed) throw new errorCodes.FST_ERR_CTP_INVALID_CONTENT_LENGTH();
    let timer: Timer | undefined;
    const end = (error?: unknown) => {
      clock.clearTimeout(timer);
      reservation.onEvict = null;
      request.off('data', onData).off('end', end).off('error', onError).off('close', onError);
      if (error === undefined) resolve();
      else reject(error);
    };
    const onError = () => end(new errorCodes.FST_ERR_CTP_INVALID_CONTENT_LENGTH());
    const onData = (chunk: Buffer) => {
      try {
        buffer.add(chunk);
      } catch (error) {
        end(error);
      }
    };
    // Most bodies have arrived together with their headers.
    if (!request.complete) timer = clock.setTimeout(() => end(new BodyTimeout()), buffer.timeMs);
    // A body that has arrived completely is being processed and cannot be evicted any more.
    reservation.onEvict = end;
    request.on('data', onData).on('end', end).on('error', onError).on('close', onError);
  });
}
