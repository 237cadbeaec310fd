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
    const reception = new Reception((one, change) => this.#change(one, change));
    this.#open.add(reception);
    return reception;
  }

  #change(one: Reception, change: number | 'closed'): void {
    this.#total += change === 'closed' ? -one.bytes : change;
    if (change === 'closed') this.#open.delete(one);
    const isFull = this.#total > this.#freeBytes;
    // Not the first to come: a reply that stalls at its beginning would hold up all others.
    const leader = isFull ? this.#findLongest() : undefined;
    for (const other of this.#open) {
      if (!isFull || other === leader) other.goOn();
      else if (other === one) other.wait();
    }
  }

  #findLongest(): Reception | undefined {
    let longest: Reception | undefined;
    for (const one of this.#open) if (longest === undefined || one.bytes > longest.bytes) longest = one;
    return longest;
  }
}

type OnChange = (one: Reception, change: number | 'closed') => void;

/** What is held of one reply. */
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

  /** Takes note of how many bytes are held now. The promise, if any, resolves when there is room for more. */
  hold(bytes: number): Promise<void> | undefined {
    const change = bytes - this.#bytes;
    if (change === 0 && this.#room === null) return undefined;
    this.#bytes = bytes;
    this.#onChange(this, change);
    return this.#room?.promise;
  }

  close(): void {
    this.#onChange(this, 'closed');
  }

  wait(): void {
    this.#room ??= Promise.withResolvers();
  }

  goOn(): void {
    this.#room?.resolve();
    this.#room = null;
  }
}
