/** Distinguishes the formats that are ZIP archives, by the first entries of the archive. */

const HEADER = 'PK\x03\x04';
/**
 * Offsets in the local header of an entry: the lengths of its name and of its extra field, and the length of the header itself.
 */
const NAME_LENGTH_AT = 26;
const HEADER_BYTES = 30;

const OFFICE = 'application/vnd.openxmlformats-officedocument';
const BY_FOLDER: readonly (readonly [prefix: string, type: string])[] = [
  ['word/', `${OFFICE}.wordprocessingml.document`],
  ['xl/', `${OFFICE}.spreadsheetml.sheet`],
  ['ppt/', `${OFFICE}.presentationml.presentation`],
];

/** OpenDocument and EPUB: the first entry is `mimetype`, uncompressed, and holds the media type. */
const STATED_TYPE = /^application\/(?:vnd\.oasis\.opendocument\.[a-z-]+|epub\+zip)/;

/** `application/zip` if the first entries identify no other format. */
export function readZipType(head: Buffer): string {
  const names = [...namesOf(head)];
  for (const [prefix, type] of BY_FOLDER) if (names.some((name) => name.startsWith(prefix))) return type;
  if (names[0]?.startsWith('mimetype')) {
    const [stated] = STATED_TYPE.exec(head.toString('latin1', HEADER_BYTES + 'mimetype'.length, 200)) ?? [];
    if (stated !== undefined) return stated;
  }
  return 'application/zip';
}

function* namesOf(head: Buffer): Generator<string> {
  for (let at = 0; at >= 0 && at + HEADER_BYTES <= head.length; at = head.indexOf(HEADER, at + 4, 'latin1')) {
    yield head.toString(
      'latin1',
      at + HEADER_BYTES,
      at + HEADER_BYTES + head.readUInt16LE(at + NAME_LENGTH_AT),
    );
  }
}
