/**
 * Reads how old an answer a request accepts, from its `Cache-Control` (RFC 9111 §5.2.1), or from its `Pragma` where it has none
 * (§5.4).
 */
import type { FastifyRequest } from 'fastify';
import type { Freshness } from '../media/recent/freshness.ts';

export interface FreshnessLimits {
  /** How long answers are remembered, and so the greatest age that a request can accept. */
  readonly seconds: number;
  /** How old an answer may be for requests without directives. */
  readonly maxAgeSeconds: number;
}

/** Headers that make a request conditional. */
const CONDITIONS = [
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
] as const;

type ReadHeaders = Pick<FastifyRequest['headers'], 'cache-control' | 'pragma'> & {
  readonly [Name in (typeof CONDITIONS)[number]]?: string | readonly string[] | undefined;
};

export type ReadFreshness = (headers: ReadHeaders) => Freshness;

/** The directives of a request. */
interface Directives {
  /** The least that it states; undefined where it states none that can be read. */
  maxAgeSeconds?: number;
  noCache: boolean;
  noStore: boolean;
  onlyIfCached: boolean;
}

export function freshnessReader(limits: FreshnessLimits): ReadFreshness {
  const unsaid = freshnessFrom(readDirectives(''), limits);
  return (headers) => {
    const { 'cache-control': cacheControl, pragma } = headers;
    if (isAddedByFetch(headers)) return unsaid;
    if (cacheControl) return freshnessFrom(readDirectives(cacheControl), limits);
    if (!pragma) return unsaid;
    // Other directives in `Pragma` have no meaning.
    const { noCache } = readDirectives(pragma);
    return noCache ? freshnessFrom({ ...readDirectives(''), noCache }, limits) : unsaid;
  };
}

/**
 * A script that sends a condition has not asked for `no-cache`: fetch() then adds it in both headers by itself, for caches in
 * between (Fetch, HTTP-network-or-cache fetch).
 */
function isAddedByFetch(headers: ReadHeaders): boolean {
  return (
    headers['cache-control'] === 'no-cache' &&
    headers.pragma === 'no-cache' &&
    CONDITIONS.some((name) => headers[name] !== undefined)
  );
}

function freshnessFrom(said: Directives, { seconds, maxAgeSeconds }: FreshnessLimits): Freshness {
  const { noCache, noStore, onlyIfCached } = said;
  const asksAnew = noCache || noStore;
  // A caller that wants no call to Redox, and states no age, accepts any remembered answer.
  const accepted = said.maxAgeSeconds ?? (onlyIfCached ? seconds : maxAgeSeconds);
  return {
    maxAgeMs: asksAnew ? 0 : Math.min(accepted, seconds) * 1000,
    mayReadReferences: !asksAnew,
    mayRemember: !noStore,
    onlyRemembered: onlyIfCached,
  };
}

/**
 * A name, alone or with a token or a quoted string, up to a comma or the end. A backslash escapes no quote: otherwise a header of
 * nothing but escaped quotes would be read to its end once for each of them.
 */
const DIRECTIVE = /[\t ]*([\w-]+)(?:=(?:"([^"]*)"|([^\t ",=]+)))?[\t ]*(?:,|$)/y;

/**
 * Several headers are read too, as Node joins them with commas. A directive that cannot be read counts as absent; of several
 * ages, the least counts.
 */
function readDirectives(text: string): Directives {
  const said: Directives = { noCache: false, noStore: false, onlyIfCached: false };
  for (let at = 0; at < text.length; ) {
    DIRECTIVE.lastIndex = at;
    const match = DIRECTIVE.exec(text);
    at = match === null ? afterNextComma(text, at) : DIRECTIVE.lastIndex;
    if (match !== null) note(said, match);
  }
  return said;
}

/**
 * Names are case-insensitive (§5.2). Directives that forbid something count with any argument; the others only with the argument
 * that they are defined with.
 */
function note(said: Directives, [, name = '', quoted, argument = quoted]: RegExpExecArray): void {
  switch (name.toLowerCase()) {
    case 'no-cache':
      said.noCache = true;
      break;
    case 'no-store':
      said.noStore = true;
      break;
    case 'only-if-cached':
      said.onlyIfCached ||= argument === undefined;
      break;
    case 'max-age':
      // delta-seconds (§1.2.2): any number of digits, and nothing else.
      if (argument !== undefined && /^\d+$/.test(argument)) {
        said.maxAgeSeconds = Math.min(said.maxAgeSeconds ?? Number.POSITIVE_INFINITY, Number(argument));
      }
      break;
  }
}

function afterNextComma(text: string, from: number): number {
  const comma = text.indexOf(',', from);
  return comma === -1 ? text.length : comma + 1;
}
