/** Lines go to a character device, such as /dev/null or a terminal: it has no end to go on from, and is never replaced. */
import { closeSync, writeSync } from 'node:fs';
import type { Sink } from './sink.ts';

export class DeviceSink implements Sink {
  readonly #file: number;

  constructor(file: number) {
    this.#file = file;
  }

  write(text: string): void {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at);
  }

  check(): void {
    // A device shows only when it is written to whether it takes anything.
  }

  close(): void {
    closeSync(this.#file);
  }
}
