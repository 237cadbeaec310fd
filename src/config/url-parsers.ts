/** Parsers of URLs. They refuse what the URL standard would silently repair, and http on any other host than loopback. */
import { isIPv4 } from 'node:net';
import { Problem } from './problem.ts';
import { splitList } from './value-parsers.ts';

const NO_EXTRAS = 'without credentials, query or fragment';

/** Whether only this machine can reach the host. Unusual spellings of loopback are not recognised, which is safe. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase();
  return (
    name === 'localhost' || name === '::1' || name === '[::1]' || (isIPv4(name) && name.startsWith('127.'))
  );
}

/** The base of other URLs; a trailing slash is removed. */
export function baseUrl(value: string): string | Problem {
  const url = parseHttpUrl(value);
  return url === null ? new Problem(`must be an http or https URL ${NO_EXTRAS}`) : withoutTrailingSlash(url);
}

/** As `baseUrl`, for a service that receives tokens or patients' data: https, or http on loopback. */
export function privateUrl(value: string): string | Problem {
  const url = parsePrivateUrl(value);
  return url instanceof Problem ? url : withoutTrailingSlash(url);
}

/** Like `privateUrl`, for a resource of another server: the path is not changed, as a trailing slash may matter there. */
export function resourceUrl(value: string): string | Problem {
  const url = parsePrivateUrl(value);
  return url instanceof Problem ? url : url.href;
}

/** Origins as browsers send them. `*` is refused, as it would allow every page of the web. */
export function origins(value: string): readonly string[] | Problem {
  const read = splitList(value).map((entry) =>
    /^[^/*]+:\/\/[^/*]+$/.test(entry) ? parseHttpUrl(entry) : null,
  );
  const known = read.flatMap((url) => (url === null ? [] : [url.origin]));
  return known.length === read.length
    ? known
    : new Problem('must be origins (scheme://host or scheme://host:port, no path, no *), comma-separated');
}

export function redisUrl(value: string): string | Problem {
  return /^rediss?:\/\/[^\s/]/.test(value) && URL.canParse(value)
    ? value
    : new Problem('must be a redis:// or rediss:// URL');
}

function parsePrivateUrl(value: string): URL | Problem {
  const url = parseHttpUrl(value);
  return url !== null && (url.protocol === 'https:' || isLoopback(url.hostname))
    ? url
    : new Problem(`must be an https URL (http only on a loopback host) ${NO_EXTRAS}`);
}

/** The URL parser repairs spaces, backslashes and missing slashes; a setting that needs repair is refused. */
function parseHttpUrl(value: string): URL | null {
  if (!/^https?:\/\/[^/\s\\?#\p{Cc}][^\s\\?#\p{Cc}]*$/iu.test(value) || !URL.canParse(value)) return null;
  const url = new URL(value);
  return url.username === '' && url.password === '' ? url : null;
}

function withoutTrailingSlash(url: URL): string {
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}
