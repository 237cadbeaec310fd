/** Limits the memory of all replies that are being received. Above the limit, they are received one after the other. */

export class BytesInFlight {
  readonly #freeBytes: number;
  /** An array instead of a Set, for the reason that DestinationQueue gives. */
  #open: readonly HeldReply[] = [];
  #total = 0;

  /**
   * All replies are received until together they hold `maxBytes` less one message. The rest is for the one reply that then
   * continues.
   */
  constructor(maxBytes: number, maxMessageBytes: number) {
    this.#freeBytes = Math.max(0, maxBytes - maxMessageBytes);
  }

  /** To be opened for each reply. It must be closed when the reply has been received or has failed. */
  open(): HeldReply {
    const reply = new HeldReply((one, change) => this.#change(one, change));
    this.#open = [...this.#open, reply];
    return reply;
  }

  #change(one: HeldReply, change: number | 'closed'): void {
    this.#total += change === 'closed' ? -one.bytes : change;
    if (change === 'closed') this.#open = this.#open.filter((other) => other !== one);
    const isFull = this.#total > this.#freeBytes;
    // The longest reply continues, not the oldest: a reply that stalls at its beginning would block all others.
    const leader = isFull ? this.#findLongest() : undefined;
    for (const other of this.#open) {
      if (!isFull || other === leader) other.goOn();
      else if (other === one) other.wait();
    }
  }

  #findLongest(): HeldReply | undefined {
    let longest: HeldReply | undefined;
    for (const one of this.#open) if (longest === undefined || one.bytes > longest.bytes) longest = one;
    return longest;
  }
}

type OnChange = (one: HeldReply, change: number | 'closed') => void;

/** The memory that one reply holds. */
class HeldReply {
  readonly #onChange: OnChange;
  #bytes = 0;
  #room: PromiseWithResolvers<void> | null = null;

  constructor(onChange: OnChange) {
    this.#onChange = onChange;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Records how many bytes are held now. If it returns a promise, that resolves when there is room for more. */
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
