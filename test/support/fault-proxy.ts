/** A TCP proxy of a test's own that stands between the gateway and Redox, and does what bad networks do. */
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { portOf } from '../redox/upstream.ts';

/** What happens to the bytes that come back; of every connection opened from now on. */
export interface Fault {
  /** Before the first byte of every piece. */
  readonly latencyMs?: number;
  /** Pieces of so many bytes, one after another, `everyMs` apart. */
  readonly slice?: { readonly bytes: number; readonly everyMs: number };
  /** After so many bytes the connection is reset (RST). */
  readonly resetAfterBytes?: number;
  /** After so many bytes the connection is ended as if all was said (FIN). */
  readonly endAfterBytes?: number;
  /** Accepts, and never passes anything on. */
  readonly swallow?: boolean;
  /** Instead of what Redox says. */
  readonly garbage?: Buffer;
  /** Instead of what Redox says: a head, and then the same again and again for as long as somebody reads. */
  readonly endless?: { readonly head: Buffer; readonly block: Buffer };
  /** The share of pieces, from 0 to 1, that end in a reset instead of being passed on. */
  readonly resetShare?: number;
}

export interface FaultProxy extends AsyncDisposable {
  readonly url: string;
  /** Where it leads; to be set before anybody connects. */
  target: string;
  fault: Fault;
  /** Connections to it that are open. */
  readonly open: number;
  /** From now on connections are refused, and those that are open reset; until `listen`. */
  refuse(): Promise<void>;
  listen(): Promise<void>;
}

/** For a gateway that reaches its Redox through the proxy; tokens it gets straight, since they name their issuer. */
export function through(proxy: FaultProxy, settings: Readonly<Record<string, string>> = {}) {
  return ({ url, tokenUrl }: { readonly url: string; readonly tokenUrl: string }) => {
    proxy.target = url;
    return { REDOX_API_URL: proxy.url, REDOX_TOKEN_URL: tokenUrl, ...settings };
  };
}

export async function startFaultProxy(): Promise<FaultProxy> {
  const proxy = new RunningProxy();
  await proxy.listen();
  return proxy;
}

class RunningProxy implements FaultProxy {
  target = '';
  fault: Fault = {};
  readonly #sockets = new Set<Socket>();
  #server = createServer();
  #port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get open(): number {
    return this.#sockets.size;
  }

  async listen(): Promise<void> {
    this.#server = createServer({ pauseOnConnect: true }, (socket) => this.#accept(socket));
    await new Promise<void>((resolve) => this.#server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = portOf(this.#server.address());
  }

  async refuse(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.resetAndDestroy();
    await closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#server.listening) await this.refuse();
  }

  #accept(socket: Socket): void {
    const { fault } = this;
    this.#sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => this.#sockets.delete(socket));
    if (fault.swallow) {
      socket.resume();
      return;
    }
    const upstream = connect(Number(new URL(this.target).port), '127.0.0.1');
    // A socket that is ending cannot be reset any more: it would never close.
    upstream.on('error', () => void (socket.writableEnded || socket.resetAndDestroy()));
    socket.once('close', () => upstream.destroy());
    socket.pipe(upstream);
    void this.#passBack(upstream, socket, fault).catch(() => socket.destroy());
  }

  async #passBack(upstream: Socket, socket: Socket, fault: Fault): Promise<void> {
    const passage = new Passage(socket, fault);
    for await (const chunk of upstream) {
      if (fault.latencyMs) await sleep(fault.latencyMs);
      if (fault.resetShare && Math.random() < fault.resetShare) return void socket.resetAndDestroy();
      // Awaited: leaving the loop destroys the connection to Redox, and with it this one.
      if (fault.endless) return void (await passage.passForEver(fault.endless));
      if (fault.garbage) {
        socket.write(fault.garbage);
        return socket.destroySoon();
      }
      for (const piece of piecesOf(chunk, fault)) {
        await passage.pass(piece);
        if (passage.isOver) return;
      }
    }
    socket.destroySoon();
  }
}

/** One connection's way back. */
class Passage {
  readonly #socket: Socket;
  readonly #fault: Fault;
  readonly #most: number;
  #passed = 0;

  constructor(socket: Socket, fault: Fault) {
    this.#socket = socket;
    this.#fault = fault;
    this.#most = Math.min(fault.resetAfterBytes ?? Infinity, fault.endAfterBytes ?? Infinity);
  }

  get isOver(): boolean {
    return this.#passed >= this.#most || this.#socket.destroyed;
  }

  async pass(piece: Buffer): Promise<void> {
    const sent = piece.subarray(0, this.#most - this.#passed);
    this.#passed += sent.length;
    if (sent.length > 0 && !this.#socket.write(sent)) await drained(this.#socket);
    if (this.#passed >= this.#most) this.#end();
    if (this.#fault.slice) await sleep(this.#fault.slice.everyMs);
  }

  async passForEver({ head, block }: NonNullable<Fault['endless']>): Promise<void> {
    this.#socket.write(head);
    while (!this.#socket.destroyed) if (!this.#socket.write(block)) await drained(this.#socket);
  }

  #end(): void {
    if (this.#passed >= (this.#fault.endAfterBytes ?? Infinity)) this.#socket.destroySoon();
    else this.#socket.resetAndDestroy();
  }
}

function* piecesOf(chunk: Buffer, { slice }: Fault): Generator<Buffer> {
  const bytes = slice?.bytes ?? chunk.length;
  for (let at = 0; at < chunk.length; at += bytes) yield chunk.subarray(at, at + bytes);
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      socket.off('drain', go).off('close', go);
      resolve();
    };
    socket.on('drain', go).on('close', go);
  });
}
