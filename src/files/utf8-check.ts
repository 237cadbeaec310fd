/** Checks whether bytes that arrive in pieces are UTF-8 as a whole. */
import { isUtf8 } from 'node:buffer';
import { wholeCharactersOf } from './text-encoding.ts';

export class Utf8Check {
  #isSound = true;
  /** At most three bytes: the beginning of the character that the end of the last piece cut. */
  #rest: Buffer = Buffer.alloc(0);

  /** After the first bytes that are not UTF-8, it costs almost nothing. The caller may overwrite `bytes` afterwards. */
  update(bytes: Buffer): void {
    if (!this.#isSound) return;
    const joined = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const whole = wholeCharactersOf(joined);
    this.#isSound = isUtf8(whole);
    this.#rest = Buffer.from(joined.subarray(whole.length));
  }

  isUtf8(): boolean {
    return this.#isSound && this.#rest.length === 0;
  }
}
