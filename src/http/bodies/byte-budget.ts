/**
 * Limits the bytes of requests that are held at once, for the process and for each caller. When callers fill the budget together,
 * a part of it stays reserved for callers who hold nothing, and an arriving request of the caller who holds most is evicted for
 * them.
 */
import { GatewayError } from '../../errors.ts';

export interface ByteBounds {
  readonly processBytes: number;
  readonly callerBytes: number;
  /** The part of the process's bytes that is reserved for the first request of a caller who holds nothing. Default: 0. */
  readonly reservedBytes?: number;
}

/** Bodies arrive, or are given up, within seconds. */
const RETRY_AFTER_SECONDS = 1;

export class ByteBudget {
  readonly #bounds: ByteBounds;
  #held = 0;
  /** What each caller holds; a caller who holds nothing has no entry. */
  readonly #holders = new Map<string, Holder>();

  constructor(bounds: ByteBounds) {
    this.#bounds = bounds;
  }

  /** Opens the reservation of one request, which is empty at first. `caller`: the same text for the same caller. */
  open(caller: string): ByteReservation {
    let held = 0;
    const reservation: ByteReservation = {
      growTo: (bytes) => {
        this.#makeRoom(caller, reservation, bytes - held, held);
        this.#hold(caller, reservation, bytes - held);
        held = bytes;
      },
      release: () => {
        this.#release(caller, reservation, held);
        held = 0;
      },
      onEvict: null,
    };
    return reservation;
  }

  /** @throws OVERLOADED when there is no room. */
  #makeRoom(caller: string, reservation: ByteReservation, bytes: number, heldByReservation: number): void {
    const { processBytes, callerBytes, reservedBytes = 0 } = this.#bounds;
    const heldBy = this.#holders.get(caller)?.bytes ?? 0;
    const isFirst = heldBy === heldByReservation;
    const most = processBytes - (isFirst ? 0 : reservedBytes);
    while (heldBy + bytes <= callerBytes) {
      if (this.#held + bytes <= most) return;
      if (!isFirst || !this.#evictLargest(heldBy + bytes, reservation)) break;
    }
    throw overloaded();
  }

  /** Ends the newest arriving request of the caller who holds most, if that caller holds more than `bytes`. */
  #evictLargest(bytes: number, to: ByteReservation): boolean {
    const holders = [...this.#holders.values()];
    const largest = holders.reduce<Holder | null>(
      (most, one) => (one.bytes > (most?.bytes ?? 0) ? one : most),
      null,
    );
    if (largest === null || largest.bytes <= bytes) return false;
    const reservation = [...largest.reservations].findLast((one) => one !== to && one.onEvict !== null);
    if (reservation === undefined) return false;
    reservation.onEvict?.(overloaded());
    reservation.onEvict = null;
    reservation.release();
    return true;
  }

  #hold(caller: string, reservation: ByteReservation, bytes: number): void {
    const holder = this.#holders.get(caller) ?? { bytes: 0, reservations: new Set() };
    this.#holders.set(caller, holder);
    holder.bytes += bytes;
    holder.reservations.add(reservation);
    this.#held += bytes;
  }

  #release(caller: string, reservation: ByteReservation, bytes: number): void {
    const holder = this.#holders.get(caller);
    if (holder === undefined || !holder.reservations.delete(reservation)) return;
    holder.bytes -= bytes;
    this.#held -= bytes;
    if (holder.reservations.size === 0) this.#holders.delete(caller);
  }
}

function overloaded(): GatewayError {
  return new GatewayError('OVERLOADED', { retryAfterSeconds: RETRY_AFTER_SECONDS });
}

/** What one caller holds. */
interface Holder {
  bytes: number;
  /** In the order in which they began to hold bytes. */
  readonly reservations: Set<ByteReservation>;
}

export interface ByteReservation {
  /** @throws OVERLOADED when the process, or the caller, would hold too much; the reservation then stays as it is. */
  growTo(bytes: number): void;
  /** Idempotent. */
  release(): void;
  /** Ends the request to make room; its bytes are released. Null while the request must not be ended. */
  onEvict: ((error: GatewayError) => void) | null;
}
