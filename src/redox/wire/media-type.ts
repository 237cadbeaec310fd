/** Finds the IANA media type of a file: what its sender says, else what its bytes show. */
import { fileTypeFromBuffer } from 'file-type';
import mime from 'mime';

const UNKNOWN = 'application/octet-stream';

/** `type/subtype` of RFC 6838 §4.2, lower case. */
const MEDIA_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/;

/** Redox's FileType is a label like an extension: PDF, JPG, TEXT, perhaps with a dot. */
const LABEL = /^\.?([a-z0-9]{1,16})$/;

/**
 * `fileType` is Redox's, a label or a media type, in any case; parameters are dropped. `statedType` is that of the file's own
 * `data:` URI, which stands in where the label says nothing. Never fails.
 */
export async function mediaTypeOf(
  fileType: string | null,
  bytes: Uint8Array,
  statedType: string | null = null,
): Promise<string> {
  return readFileType(fileType ?? '') ?? readStatedType(statedType) ?? (await sniff(bytes)) ?? UNKNOWN;
}

/** What a sender's library writes for any file says nothing. */
function readStatedType(statedType: string | null): string | undefined {
  const type = readFileType(statedType ?? '');
  return type === UNKNOWN ? undefined : type;
}

function readFileType(fileType: string): string | undefined {
  const [stated = ''] = fileType.toLowerCase().split(';');
  const text = stated.trim();
  if (MEDIA_TYPE.test(text)) return text;
  const [, label] = LABEL.exec(text) ?? [];
  return (label && mime.getType(label)) || undefined;
}

/** file-type's parsers may throw on hostile bytes; such a file has simply no known type. */
async function sniff(bytes: Uint8Array): Promise<string | undefined> {
  const found = await fileTypeFromBuffer(bytes).catch(() => undefined);
  return found?.mime;
}
