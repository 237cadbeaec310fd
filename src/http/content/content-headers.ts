/** The headers of a file. They make browsers show harmless types, save all others, and run no script. */
import { create as createDisposition } from 'content-disposition';
import type { ContentLink } from '../../graphql/nodes/content-link.ts';

/** Which pages may embed files, by `Cross-Origin-Resource-Policy`: those of every site, or only the gateway's own. */
export type Embedding = 'cross-origin' | 'same-origin';

export function describeContent(link: ContentLink, embedding: Embedding): Record<string, string> {
  const type = link.isInline ? 'inline' : 'attachment';
  return {
    'content-type': link.servedType,
    'content-disposition': createDisposition(link.fileName, { type }),
    etag: etagOf(link),
    'accept-ranges': 'bytes',
    // Isolated pages (COEP: require-corp), such as viewers of scans, show no file of another origin without this header.
    'cross-origin-resource-policy': embedding,
    'content-security-policy': sandboxOf(link.servedType),
    // Every client that knows the URL of a link can use it, so browsers must not send it to other sites.
    'referrer-policy': 'no-referrer',
  };
}

/**
 * A file that is opened as a page has no scripts, no forms and no origin. Audio and video keep their origin: the page that
 * Chromium makes for them fetches the file again by CORS, which fails for a page without an origin.
 */
function sandboxOf(servedType: string): string {
  return /^(?:audio|video)\//.test(servedType) ? 'sandbox allow-same-origin' : 'sandbox';
}

/** Whether browsers may keep files; no other cache may. */
export type BrowserCache = 'no-store' | 'private';

/** With `private`, a browser uses its copy until the link expires, and no longer. `now`: in milliseconds since 1970. */
export function cacheControlOf({ expiresAt }: ContentLink, cache: BrowserCache, now: number): string {
  if (cache === 'no-store') return 'private, no-store';
  return `private, max-age=${Math.max(0, Math.floor(expiresAt - now / 1000))}`;
}

/** A strong entity tag: the digest of the bytes. */
export function etagOf({ file }: ContentLink): string {
  return `"${file.sha256}"`;
}
