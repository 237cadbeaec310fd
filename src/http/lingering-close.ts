/**
 * Lets clients that are still sending read an early response. A connection that is closed while bytes from the client are unread
 * is reset, and many clients (Python's, for example) read only after they have sent everything: they would get a broken pipe
 * instead of the response. So the bytes that they send are discarded, within limits, before the connection is closed (RFC 9112
 * §9.6).
 */
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Clock } from '../clock.ts';
import { reclaimSpentBytes } from '../redox/reply/buffer-reclaim.ts';

/** As long as nginx waits by default for more bytes (lingering_timeout). */
const IDLE_MS = 5000;
/** Six such waits are as long as nginx lingers altogether (lingering_time, 30 s). */
const MAX_WAITS = 6;
/** Twice the largest file that Redox accepts: a client that sends that much more does not read. */
const MAX_BYTES = 67_108_864;
/**
 * Each takes a socket and no other memory. Above this number, which no client causes by accident, connections are closed at once.
 */
const MAX_LINGERING = 1000;

export class LingeringClose {
  readonly #clock: Clock;
  readonly #stops = new Set<() => void>();
  readonly #answered = new WeakSet<Socket>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves when the sender has sent everything or has disconnected, or when a limit is reached. */
  discard(sender: Readable): Promise<void> {
    if (sender.readableEnded || sender.destroyed || this.#stops.size >= MAX_LINGERING)
      return Promise.resolve();
    const clock = this.#clock;
    return new Promise((resolve) => {
      let [bytes, bytesBefore, waits] = [0, 0, 0];
      const count = (chunk: Buffer) => {
        bytes += chunk.length;
        reclaimSpentBytes(chunk.length);
        if (bytes > MAX_BYTES) stop();
      };
      const check = () => {
        waits += 1;
        if (bytes === bytesBefore || waits === MAX_WAITS) return stop();
        bytesBefore = bytes;
        timer = clock.setTimeout(check, IDLE_MS);
      };
      const stop = () => {
        clock.clearTimeout(timer);
        this.#stops.delete(stop);
        sender.off('data', count).pause();
        resolve();
      };
      let timer = clock.setTimeout(check, IDLE_MS);
      this.#stops.add(stop);
      // The reader of the body has left off, perhaps in the middle of a read.
      sender.removeAllListeners('readable');
      sender.on('data', count).once('end', stop).once('error', stop).once('close', stop).resume();
    });
  }

  /** Calls back at the end of the event loop's current turn. */
  afterTurn(callback: () => void): void {
    this.#clock.setImmediate(callback);
  }

  /** No second response is written to a connection that already has one, when the rest of its request is late or malformed. */
  noteAnswered(socket: Socket): void {
    this.#answered.add(socket);
  }

  isAnswered(socket: Socket): boolean {
    return this.#answered.has(socket);
  }

  /** Ends all that are open. */
  stop(): void {
    for (const stop of [...this.#stops]) stop();
  }
}

/** A response to a request whose body is still arriving ends only after that body has been discarded. */
export function lingerAfterEarlyResponses(app: FastifyInstance, lingering: LingeringClose): void {
  // With a callback, as almost all responses are sent without waiting.
  app.addHook('onSend', ({ raw }, reply, payload, done) => {
    if (raw.complete || !hasBody(raw) || typeof payload !== 'string') return done(null, payload);
    // A body that arrived in one piece with its headers is not parsed yet; such a connection stays open.
    lingering.afterTurn(() => {
      if (raw.complete) return done(null, payload);
      lingering.noteAnswered(raw.socket);
      // By its stated length the client knows when it has all of the response, before the connection closes.
      reply.headers({ connection: 'close', 'content-length': Buffer.byteLength(payload) });
      done(null, Readable.from(sendThenDiscard(payload, raw, lingering), { objectMode: false }));
    });
  });
  // When the gateway stops, it waits for operations, not for bytes that are discarded.
  app.addHook('preClose', async () => lingering.stop());
}

async function* sendThenDiscard(
  payload: string,
  sender: Readable,
  lingering: LingeringClose,
): AsyncGenerator<Buffer> {
  yield Buffer.from(payload);
  await lingering.discard(sender);
}

function hasBody({ headers }: FastifyRequest['raw']): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
