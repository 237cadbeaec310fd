/** The headers of a file. With them browsers show harmless types, save all others, and run no script. */
import { create as createDisposition } from 'content-disposition';
import type { ContentLink } from '../../graphql/nodes/content-link.ts';

/** Whose pages may show files, by `Cross-Origin-Resource-Policy`: those of every site, or only the gateway's own. */
export type Embedding = 'cross-origin' | 'same-origin';

export function describeContent(link: ContentLink, embedding: Embedding): Record<string, string> {
  const type = link.isInline ? 'inline' : 'attachment';
  return {
    'content-type': link.servedType,
    'content-disposition': createDisposition(link.fileName, { type }),
    etag: etagOf(link),
    'accept-ranges': 'bytes',
    // Pages that are isolated (COEP: require-corp), as viewers of scans are, show no file of another origin without it.
    'cross-origin-resource-policy': embedding,
    'content-security-policy': sandboxOf(link.servedType),
    // Anyone who knows the address of a link may use it, so no other site may learn it.
    'referrer-policy': 'no-referrer',
  };
}

/**
 * Opened as a page, the file has no script, no forms, and no origin. Sound and video have theirs: the page that Chromium makes for
 * them fetches the file again, by CORS, and does not get it for a page without an origin.
 */
function sandboxOf(servedType: string): string {
  return /^(?:audio|video)\//.test(servedType) ? 'sandbox allow-same-origin' : 'sandbox';
}

/** Whether browsers may keep files; no other cache may. */
export type BrowserCache = 'no-store' | 'private';

/** With `private` a browser shows its copy until the link expires, and no longer. `now`: in milliseconds since 1970. */
export function cacheControlOf({ expiresAt }: ContentLink, cache: BrowserCache, now: number): string {
  if (cache === 'no-store') return 'private, no-store';
  return `private, max-age=${Math.max(0, Math.floor(expiresAt - now / 1000))}`;
}

/** A strong entity tag: the digest of the bytes. */
export function etagOf({ file }: ContentLink): string {
  return `"${file.sha256}"`;
}
