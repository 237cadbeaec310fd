/**
 * Bytes of requests that are held at once: bounded for the process, and for each caller. Callers who fill the budget together leave
 * room for others: some of it is for those who hold nothing, and of the caller who holds most a request that still arrives gives way.
 */
import { GatewayError } from '../errors.ts';

export interface ByteBounds {
  readonly processBytes: number;
  readonly callerBytes: number;
  /** Of the process's bytes, kept for the first request of a caller who holds nothing. Default: 0. */
  readonly keptBytes?: number;
}

/** Bodies arrive, or are given up, within seconds. */
const RETRY_AFTER_SECONDS = 1;

export class ByteBudget {
  readonly #bounds: ByteBounds;
  #held = 0;
  /** What callers hold; a caller that holds nothing has no entry. */
  readonly #holders = new Map<string, Holder>();

  constructor(bounds: ByteBounds) {
    this.#bounds = bounds;
  }

  /** What one request holds; nothing at first. `caller`: the same text for the same caller. */
  share(caller: string): ByteShare {
    let held = 0;
    const share: ByteShare = {
      growTo: (bytes) => {
        this.#makeRoom(caller, share, bytes - held, held);
        this.#hold(caller, share, bytes - held);
        held = bytes;
      },
      release: () => {
        this.#release(caller, share, held);
        held = 0;
      },
      onGiveWay: null,
    };
    return share;
  }

  /** @throws OVERLOADED when there is none. */
  #makeRoom(caller: string, share: ByteShare, bytes: number, heldByShare: number): void {
    const { processBytes, callerBytes, keptBytes = 0 } = this.#bounds;
    const heldBy = this.#holders.get(caller)?.bytes ?? 0;
    const isFirst = heldBy === heldByShare;
    const most = processBytes - (isFirst ? 0 : keptBytes);
    while (heldBy + bytes <= callerBytes) {
      if (this.#held + bytes <= most) return;
      if (!isFirst || !this.#letGiveWay(heldBy + bytes, share)) break;
    }
    throw overloaded();
  }

  /** Ends the newest request that still arrives of the caller who holds most, where that is more than so many bytes. */
  #letGiveWay(bytes: number, to: ByteShare): boolean {
    const holders = [...this.#holders.values()];
    const largest = holders.reduce<Holder | null>(
      (most, one) => (one.bytes > (most?.bytes ?? 0) ? one : most),
      null,
    );
    if (largest === null || largest.bytes <= bytes) return false;
    const share = [...largest.shares].findLast((one) => one !== to && one.onGiveWay !== null);
    if (share === undefined) return false;
    share.onGiveWay?.(overloaded());
    share.onGiveWay = null;
    share.release();
    return true;
  }

  #hold(caller: string, share: ByteShare, bytes: number): void {
    const holder = this.#holders.get(caller) ?? { bytes: 0, shares: new Set() };
    this.#holders.set(caller, holder);
    holder.bytes += bytes;
    holder.shares.add(share);
    this.#held += bytes;
  }

  #release(caller: string, share: ByteShare, bytes: number): void {
    const holder = this.#holders.get(caller);
    if (holder === undefined || !holder.shares.delete(share)) return;
    holder.bytes -= bytes;
    this.#held -= bytes;
    if (holder.shares.size === 0) this.#holders.delete(caller);
  }
}

function overloaded(): GatewayError {
  return new GatewayError('OVERLOADED', { retryAfterSeconds: RETRY_AFTER_SECONDS });
}

/** What one caller holds. */
interface Holder {
  bytes: number;
  /** In the order in which they began to hold something. */
  readonly shares: Set<ByteShare>;
}

export interface ByteShare {
  /** @throws OVERLOADED when the process, or the caller, would hold too much; the share then stays as it is. */
  growTo(bytes: number): void;
  /** May be called more than once. */
  release(): void;
  /** Ends the request, of which nothing is held any more then; null while it must not be ended so. */
  onGiveWay: ((error: GatewayError) => void) | null;
}
