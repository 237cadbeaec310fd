/** Reads the file of an upload: the whole body of the request, or the one file of a form. */
import { isUtf8 } from 'node:buffer';
import { parse } from 'content-disposition';
import type { FastifyRequest } from 'fastify';
import type { Clock } from '../../clock.ts';
import { arrivingBody } from '../bodies/arriving-body.ts';
import { isUncompressed } from '../bodies/json-body.ts';
import { SlowPeer } from '../least-throughput.ts';
import { FormFile, MAX_ENVELOPE_BYTES } from './form-file.ts';
import { UploadRefusal } from './upload-refusal.ts';

export interface UploadSource {
  /** The bytes of the file as they arrive; null after the last one. @throws UploadRefusal */
  next(): Promise<Buffer | null>;
  /** Null: not known before the end. */
  readonly byteLength: number | null;
  /** Known after the first `next`. @throws UploadRefusal */
  describe(): { readonly mediaType: string | null; readonly fileName: string | null };
}

const MEDIA_TYPE = /^[a-z0-9][\w!#$&^.+-]{0,126}\/[a-z0-9][\w!#$&^.+-]{0,126}$/i;

/** Types of bodies that contain other things than one file: they would be filed as they are, including the envelope. */
const ENVELOPE_TYPE = /^(?:application\/x-www-form-urlencoded$|multipart\/)/;

/** @throws UploadRefusal for whatever is wrong before the body is read. */
export function openUploadSource(
  { headers, raw }: FastifyRequest,
  maxBytes: number,
  clock: Clock,
): UploadSource {
  // Compressed bytes would be filed as they are, under the media type of the uncompressed file.
  if (!isUncompressed(headers)) throw new UploadRefusal('fileCompressed');
  const contentType = headers['content-type'] ?? '';
  const stated = headers['content-length'] === undefined ? null : Number(headers['content-length']);
  const body = arriving(raw, clock);
  const mediaType = mediaTypeIn(contentType);
  if (mediaType === 'multipart/form-data') {
    if ((stated ?? 0) > maxBytes + MAX_ENVELOPE_BYTES) throw new UploadRefusal('fileTooLarge');
    return sourceInForm(new FormFile(contentType, body));
  }
  const described = { mediaType: checkedType(mediaType), fileName: nameIn(headers['content-disposition']) };
  if ((stated ?? 0) > maxBytes) throw new UploadRefusal('fileTooLarge');
  return { next: () => nextOf(body), byteLength: stated, describe: () => described };
}

function sourceInForm(form: FormFile): UploadSource {
  const chunks = form.chunks();
  return {
    next: () => nextOf(chunks),
    byteLength: null,
    describe: () => {
      const { contentType, fileName } = form.describe();
      return {
        mediaType: contentType ? checkedType(mediaTypeIn(contentType)) : null,
        fileName: plainName(fileName),
      };
    },
  };
}

/** Yields the body as it arrives. The connection stays open for the response even if the body is not read to its end. */
async function* arriving(raw: FastifyRequest['raw'], clock: Clock): AsyncGenerator<Buffer> {
  try {
    yield* arrivingBody(raw, clock);
  } catch (error) {
    if (error instanceof SlowPeer) throw new UploadRefusal('fileTooSlow');
    // The client has closed the connection.
    throw new UploadRefusal('fileIncomplete');
  }
}

async function nextOf(chunks: AsyncGenerator<Buffer>): Promise<Buffer | null> {
  const { done, value } = await chunks.next();
  return done ? null : value;
}

function mediaTypeIn(contentType: string): string {
  return contentType.split(';')[0]?.trim().toLowerCase() ?? '';
}

/** @throws UploadRefusal for what is not a media type, and for an envelope; a part of a form may be one too. */
function checkedType(mediaType: string): string {
  if (ENVELOPE_TYPE.test(mediaType)) {
    throw new UploadRefusal('fileInEnvelope');
  }
  if (MEDIA_TYPE.test(mediaType)) return mediaType;
  throw new UploadRefusal('typeMissing');
}

function nameIn(disposition = ''): string | null {
  const { filename } = parse(disposition).parameters;
  return filename === undefined ? null : plainName(filename);
}

/** Without the path that some clients send (RFC 6266 §4.3). */
function plainName(name: string): string {
  return asSent(name).replace(/^.*[\\/]/s, '');
}

/** Node reads headers as Latin-1, and most clients write UTF-8 into them. */
function asSent(name: string): string {
  if (/[^\0-\xff]/.test(name)) return name;
  const bytes = Buffer.from(name, 'latin1');
  return isUtf8(bytes) ? bytes.toString() : name;
}
