/** Writes lines to another program, through stdout or a named pipe: it may read slowly, or stop reading. */
import { constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { type Sink, SinkError } from './sink.ts';

/** The bytes of lines that the reader has not read yet: some thousand lines. A reader with more than this is too slow. */
const MAX_UNREAD_BYTES = 4 * 1024 * 1024;

/** Opens the stream, or returns the open one. @throws when it has no reader. */
type OpenStream = () => Writable;

export class StreamSink implements Sink {
  readonly #open: OpenStream;
  readonly #close: () => void;

  constructor(open: OpenStream, close: () => void) {
    this.#open = open;
    this.#close = close;
  }

  write(text: string): Promise<void> {
    const stream = this.#open();
    if (stream.writableLength > MAX_UNREAD_BYTES) throw new SinkError('AUDIT_READER_SLOW');
    return new Promise((resolve, reject) => {
      stream.write(text, (error) => (error ? reject(error) : resolve()));
    });
  }

  check(): void {
    this.#open();
  }

  close(): void {
    this.#close();
  }
}

/** For a stream that exists from the start of the process to its end. */
export function sinkOfStream(stream: Writable): Sink {
  // Each write gets its own error; without a listener, an error would end the process.
  const ignore = () => undefined;
  stream.on('error', ignore);
  return new StreamSink(
    () => stream,
    () => stream.off('error', ignore),
  );
}

/** A named pipe is opened when there is something to write, and again after another reader has opened it. */
export function sinkOfPipe(path: string): Sink {
  let open: Socket | null = null;
  const openPipe = () => {
    if (open !== null && !open.destroyed) return open;
    // Without a reader this fails at once (ENXIO), while a blocking call would wait for a reader.
    const fd = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
    const socket = new Socket({ fd, readable: false, writable: true });
    socket.on('error', () => socket.destroy());
    socket.unref();
    open = socket;
    return socket;
  };
  return new StreamSink(openPipe, () => open?.destroy());
}
