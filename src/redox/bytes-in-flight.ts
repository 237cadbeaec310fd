/** Bounds what all replies that are being received hold together; beyond it they come one after the other. */

export class BytesInFlight {
  readonly #freeBytes: number;
  readonly #open = new Set<Reception>();
  #total = 0;

  /** Up to `mostBytes` less one message everybody goes on; the rest is for the one that may go on beyond. */
  constructor(mostBytes: number, maxMessageBytes: number) {
    this.#freeBytes = Math.max(0, mostBytes - maxMessageBytes);
  }

  /** For one reply; to be closed when it is received, or never will be. */
  open(): Reception {
    const reception = new Reception((change) => this.#change(change));
    this.#open.add(reception);
    return reception;
  }

  #change(change: { readonly of: Reception; readonly bytes: number; readonly isOver: boolean }): void {
    this.#total += change.bytes;
    if (change.isOver) this.#open.delete(change.of);
    const isFull = this.#total > this.#freeBytes;
    // Not the first to come: a reply that stalls at its beginning would hold up all others.
    const leader = isFull ? this.#findLongest() : undefined;
    for (const one of this.#open) {
      if (!isFull || one === leader) one.goOn();
      else if (one === change.of) one.wait();
    }
  }

  #findLongest(): Reception | undefined {
    let longest: Reception | undefined;
    for (const one of this.#open) if (longest === undefined || one.bytes > longest.bytes) longest = one;
    return longest;
  }
}

type OnChange = (change: {
  readonly of: Reception;
  readonly bytes: number;
  readonly isOver: boolean;
}) => void;

/** What has come of one reply. */
class Reception {
  readonly #onChange: OnChange;
  #bytes = 0;
  #room: PromiseWithResolvers<void> | null = null;

  constructor(onChange: OnChange) {
    this.#onChange = onChange;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Counts bytes that have come. The promise, if any, resolves when there is room for more. */
  add(bytes: number): Promise<void> | undefined {
    this.#bytes += bytes;
    this.#onChange({ of: this, bytes, isOver: false });
    return this.#room?.promise;
  }

  close(): void {
    this.#onChange({ of: this, bytes: -this.#bytes, isOver: true });
  }

  wait(): void {
    this.#room ??= Promise.withResolvers();
  }

  goOn(): void {
    this.#room?.resolve();
    this.#room = null;
  }
}
