/**
 * Serves the chart viewer at `/`, as it was built from viewer/: a page with its settings, and assets that browsers cache forever.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { chooseCoding, varyByCoding } from '../compression.ts';

export interface ViewerOptions {
  /** Whether the page requires a bearer token before anything else. */
  readonly needsToken: boolean;
  /** Whether links to files need the token as well. */
  readonly filesNeedToken: boolean;
  /** Patients to show at first. Redox has no list of patients: only those of the sandbox's synthetic charts are known. */
  readonly patients: readonly ViewerPatient[];
}

export interface ViewerPatient {
  readonly destination: string;
  readonly identifiers: readonly { readonly value: string; readonly idType: string }[];
}

/** What `npm run build:viewer` wrote. */
const BUILT = new URL('../../../viewer/dist/', import.meta.url);

/** Where the built page expects its settings. */
const CONFIG_PLACE = '<script type="application/json" id="page-config">{}</script>';

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
};

/** The name of an asset changes with its content, so a cached copy never becomes stale. */
const CACHE_FOREVER = { 'cache-control': 'public, max-age=31536000, immutable' };

const PAGE_HEADERS = {
  // Files are loaded from this origin only: directly, or as blobs if their links need a token, and for PDFs, which browsers show
  // in a frame.
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' blob: data:",
    "media-src 'self' blob:",
    "frame-src 'self' blob:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'referrer-policy': 'no-referrer',
  // The page itself contains only synthetic patients, and is revalidated by its ETag.
  'cache-control': 'private, no-cache',
};

/** By content coding; `identity` is the uncompressed file. */
type Coded = Readonly<Record<'br' | 'gzip' | 'identity', Buffer>>;

interface Viewer {
  readonly page: string;
  readonly etag: string;
  readonly assets: ReadonlyMap<string, Coded>;
}

export function addViewer(app: FastifyInstance, options: ViewerOptions): void {
  let loaded: Promise<Viewer> | undefined;
  // Loaded at the first visit: most gateways serve only programs.
  const load = () => {
    loaded ??= loadViewer(options);
    return loaded;
  };
  app.get('/', async (request, reply) => {
    const { page, etag } = await load();
    reply.headers({ ...PAGE_HEADERS, etag });
    if (request.headers['if-none-match'] === etag) return reply.code(304).send();
    return reply.type('text/html; charset=utf-8').send(page);
  });
  app.get<{ Params: { name: string } }>('/viewer/:name', async (request, reply) => {
    const asset = (await load()).assets.get(request.params.name);
    if (asset === undefined) return reply.callNotFound();
    return sendAsset(request, reply, request.params.name, asset);
  });
}

function sendAsset(request: FastifyRequest, reply: FastifyReply, name: string, asset: Coded): FastifyReply {
  varyByCoding(reply);
  const coding = chooseCoding(request.headers['accept-encoding']);
  if (coding !== null) reply.header('content-encoding', coding);
  const type = TYPES[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
  return reply
    .headers(CACHE_FOREVER)
    .type(type)
    .send(asset[coding ?? 'identity']);
}

async function loadViewer(options: ViewerOptions): Promise<Viewer> {
  const built = await readFile(new URL('index.html', BUILT), 'utf8');
  const config = JSON.stringify(options).replaceAll('<', '\\u003c');
  // A function, because `$` has a meaning in a replacement string.
  const page = built.replace(CONFIG_PLACE, () => CONFIG_PLACE.replace('{}', () => config));
  const names = (await readdir(new URL('viewer/', BUILT))).filter((name) => !/\.(?:br|gz)$/.test(name));
  const assets = await Promise.all(names.map(async (name) => [name, await readCoded(name)] as const));
  const etag = `"${createHash('sha256').update(page).digest('base64url')}"`;
  return { page, etag, assets: new Map(assets) };
}

async function readCoded(name: string): Promise<Coded> {
  const read = (ending: string) => readFile(new URL(`viewer/${name}${ending}`, BUILT));
  const [identity, br, gzip] = await Promise.all([read(''), read('.br'), read('.gz')]);
  return { identity, br, gzip };
}
