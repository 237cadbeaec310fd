/** Reads one event while it arrives: its file is digested and skipped, and only the rest of the text is held and parsed. */
import { createHash } from 'node:crypto';
import type { InlineContents } from '../redox/messages.ts';
import { ContentsChecksum } from '../redox/reply/contents-checksum.ts';
import { ReplySkeleton } from '../redox/reply/reply-skeleton.ts';
import { parseJson } from '../redox/wire/loose-json.ts';

/**
 * Without its file. Real ones have one or two kilobytes. It is parsed, put in order and digested in one turn of the event loop: the worst
 * of so many bytes, a list of numbers with fractions or of empty objects, in some 30 ms.
 */
const MAX_TEXT_BYTES = 262_144;

/** Redox sends messages of up to 40 MB (Quotas and constraints, Aug 2025), perhaps not counting what stands beside the file. */
const MAX_EVENT_BYTES = 41_943_040 + MAX_TEXT_BYTES;

/** A message as it arrived. */
export interface ArrivedMessage {
  /** Undefined when it is not JSON, or its text is too long. In it, the index of a file, as a string, replaces its contents. */
  readonly message: unknown;
  readonly files: readonly InlineContents[];
  /** Longer than Redox sends, with its file or without. */
  readonly isTooLarge: boolean;
  /** A digest of all that arrived, whatever it is. */
  digest(): string;
}

export class EventReader {
  readonly #skeleton = new ReplySkeleton('skip');
  #bytes = 0;
  /** Of what followed a text that is too long; it is held no more. Null: the text is not too long. */
  #rest: ContentsChecksum | null = null;

  /** Takes the next bytes, and does not refer to them afterwards. */
  push(chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#rest !== null) {
      this.#rest.update(chunk);
      return;
    }
    this.#skeleton.push(chunk);
    if (this.#skeleton.length > MAX_TEXT_BYTES) this.#rest = new ContentsChecksum();
  }

  /** Called once, at the end. */
  end(): ArrivedMessage {
    const { files, finder } = this.#skeleton;
    const text = this.#skeleton.view();
    const rest = this.#rest?.digest() ?? '';
    return {
      message: this.#rest === null ? parseJson(text, finder.hasNumbers) : undefined,
      files,
      isTooLarge: this.#rest !== null || this.#bytes > MAX_EVENT_BYTES,
      digest: () => {
        const summary = JSON.stringify([this.#bytes, rest, files]);
        return createHash('sha256').update(text).update(summary).digest('base64url');
      },
    };
  }
}
