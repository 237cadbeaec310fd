/** Finds the IANA media type of a file: the one that its sender states, else the one that its bytes show. */
import { fileTypeFromBuffer } from 'file-type';
import mime from 'mime';

const UNKNOWN = 'application/octet-stream';

/** `type/subtype` of RFC 6838 §4.2, lower case. */
const MEDIA_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/;

/** Redox's FileType is a label like an extension: PDF, JPG, TEXT, perhaps with a dot. */
const LABEL = /^\.?([a-z0-9]{1,16})$/;

/**
 * `fileType` is Redox's FileType, a label or a media type in upper or lower case; parameters are dropped. `statedType` comes from
 * the file's own `data:` URI and is used where the label is unknown. Never rejects.
 */
export async function mediaTypeOf(
  fileType: string | null,
  bytes: Uint8Array,
  statedType: string | null = null,
): Promise<string> {
  return readFileType(fileType ?? '') ?? readStatedType(statedType) ?? (await sniff(bytes)) ?? UNKNOWN;
}

/** `application/octet-stream` is ignored: libraries state it for files of any type. */
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

/** The parsers of file-type may throw on hostile bytes; the type of such a file is unknown. */
async function sniff(bytes: Uint8Array): Promise<string | undefined> {
  const found = await fileTypeFromBuffer(bytes).catch(() => undefined);
  return found?.mime;
}
