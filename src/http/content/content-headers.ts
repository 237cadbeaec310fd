/** What is said of a file, so that browsers show what is harmless, save the rest, and run nothing. */
import { create as createDisposition } from 'content-disposition';
import mime from 'mime';
import type { ContentLink } from '../../graphql/nodes/content-link.ts';

const UNKNOWN = 'application/octet-stream';

/** Types that may hold script, whether the label or the bytes say so. */
const MARKUP_TYPE = /^text\/html$|^(?:text|application)\/xml$|\+xml$|^application\/xhtml$/;

/** Control and format characters, which hide or turn round parts of a name, and what file systems forbid. */
const UNFIT_IN_NAME = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}/\\:*?"<>|]+/gu;

export function describeContent(link: ContentLink): Record<string, string> {
  const isDangerous = link.isMarkup || MARKUP_TYPE.test(link.mediaType);
  const type = isDangerous || link.download ? 'attachment' : 'inline';
  return {
    'content-type': isDangerous ? UNKNOWN : link.mediaType,
    'content-disposition': createDisposition(nameFor(link), { type }),
    etag: etagOf(link),
    'accept-ranges': 'bytes',
    // Whatever it is, as a page it has no script, no forms, and no origin.
    'content-security-policy': 'sandbox',
    // The address of a link is the right to use it.
    'referrer-policy': 'no-referrer',
  };
}

/** Strong: the bytes themselves. */
export function etagOf({ file }: ContentLink): string {
  return `"${file.sha256}"`;
}

/** The document's own name; with an ending, where it has none and its type says one. */
function nameFor({ fileName, mediaType }: ContentLink): string {
  const name =
    (fileName ?? '')
      .toWellFormed()
      .replace(UNFIT_IN_NAME, '_')
      .replace(/^[.\s]+|[.\s]+$/g, '') || 'document';
  const ending = /\.[a-z0-9]{1,8}$/i.test(name) ? null : mime.getExtension(mediaType);
  return ending === null ? name : `${name}.${ending}`;
}
