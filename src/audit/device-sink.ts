/** Writes lines to a character device, such as /dev/null or a terminal: it has no end to continue from, and is never replaced. */
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
    // Only writing to a device shows whether it accepts anything.
  }

  close(): void {
    closeSync(this.#file);
  }
}
