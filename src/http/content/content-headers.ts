/** The headers of a file. With them browsers show harmless types, save all others, and run no script. */
import { create as createDisposition } from 'content-disposition';
import mime from 'mime';
import type { ContentLink } from '../../graphql/nodes/content-link.ts';

const UNKNOWN = 'application/octet-stream';

/** Media types that may contain script. */
const MARKUP_TYPE = /^text\/html$|^(?:text|application)\/xml$|\+xml$|^application\/xhtml$/;

/** Control and format characters, which can hide or reverse parts of a name, and characters that file systems forbid. */
const UNFIT_IN_NAME = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}/\\:*?"<>|]+/gu;

/** Whose pages may show files, by `Cross-Origin-Resource-Policy`: those of every site, or only the gateway's own. */
export type Embedding = 'cross-origin' | 'same-origin';

export function describeContent(link: ContentLink, embedding: Embedding): Record<string, string> {
  const isDangerous = link.isMarkup || MARKUP_TYPE.test(link.mediaType);
  const type = isDangerous || link.download ? 'attachment' : 'inline';
  return {
    'content-type': isDangerous ? UNKNOWN : link.mediaType,
    'content-disposition': createDisposition(nameFor(link), { type }),
    etag: etagOf(link),
    'accept-ranges': 'bytes',
    // Pages that are isolated (COEP: require-corp), as viewers of scans are, show no file of another origin without it.
    'cross-origin-resource-policy': embedding,
    // Opened as a page, the file has no script, no forms, and no origin.
    'content-security-policy': 'sandbox',
    // Anyone who knows the address of a link may use it, so no other site may learn it.
    'referrer-policy': 'no-referrer',
  };
}

/** A strong entity tag: the digest of the bytes. */
export function etagOf({ file }: ContentLink): string {
  return `"${file.sha256}"`;
}

/** The document's own file name, with the extension of its media type where it has none. */
function nameFor({ fileName, mediaType }: ContentLink): string {
  const name =
    (fileName ?? '')
      .toWellFormed()
      .replace(UNFIT_IN_NAME, '_')
      .replace(/^[.\s]+|[.\s]+$/g, '') || 'document';
  const ending = /\.[a-z0-9]{1,8}$/i.test(name) ? null : mime.getExtension(mediaType);
  return ending === null ? name : `${name}.${ending}`;
}
