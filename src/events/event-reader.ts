/** Reads one event while it arrives: its file is digested and skipped, and only the rest of the text is held and parsed. */
import { createHash } from 'node:crypto';
import type { InlineContents } from '../redox/messages.ts';
import { ContentsChecksum } from '../redox/reply/contents-checksum.ts';
import { ReplySkeleton } from '../redox/reply/reply-skeleton.ts';
import { parseJson } from '../redox/wire/loose-json.ts';

/**
 * The limit without the file. Real events have one or two kilobytes. The text is parsed, normalised and digested in one turn of
 * the event loop: the worst text of this size, a list of fractions or of empty objects, takes some 30 ms.
 */
const MAX_TEXT_BYTES = 262_144;

/** Redox sends messages of up to 40 MB (Quotas and constraints, Aug 2025), perhaps without counting the text besides the file. */
const MAX_EVENT_BYTES = 41_943_040 + MAX_TEXT_BYTES;

/** A message as it arrived. */
export interface ArrivedMessage {
  /** Undefined when it is not JSON, or its text is too long. In it, the index of a file, as a string, replaces its contents. */
  readonly message: unknown;
  readonly files: readonly InlineContents[];
  /** Longer than Redox's maximum, with its file or without. */
  readonly isTooLarge: boolean;
  /** A digest of all bytes that arrived, whatever they are. */
  digest(): string;
}

export class EventReader {
  readonly #skeleton = new ReplySkeleton('skip');
  #bytes = 0;
  /** The checksum of what followed a text that is too long, and is not held any more. Null: the text is not too long. */
  #rest: ContentsChecksum | null = null;

  /** Takes the next bytes, and does not keep a reference to them. */
  push(chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#rest !== null) {
      this.#rest.update(chunk);
      return;
    }
    this.#skeleton.push(chunk);
    if (this.#skeleton.length > MAX_TEXT_BYTES) this.#rest = new ContentsChecksum();
  }

  /** To be called once, at the end. */
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
