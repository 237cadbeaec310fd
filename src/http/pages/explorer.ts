/**
 * The explorer at `/explorer`: GraphiQL with example operations, served completely by the gateway, for networks without internet
 * access.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';
import { EXAMPLE_OPERATIONS } from '../../graphql/schema/example-operations.ts';

export interface ExplorerOptions {
  /** The headers that it sends with every operation unless the user changes them. */
  readonly presetHeaders: Readonly<Record<string, string>>;
}

/** The only asset that belongs to this project. */
const START_SCRIPT = new URL('explorer-start.js', import.meta.url);

/** The name of an asset changes with its content, so a cached copy never becomes stale. */
const CACHE_FOREVER = { 'cache-control': 'public, max-age=31536000, immutable' };

/**
 * GraphiQL's tabs can be dragged, and its library for that leaves a transform on them when several are open from the start: they
 * are then drawn where other tabs receive the clicks.
 */
const TABS_STAY_IN_PLACE = '\n.graphiql-tabs > *{transform:none!important}\n';

const PAGE_HEADERS = {
  // The editor adds style elements to the page, and the style sheet contains fonts and images.
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    "connect-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    'font-src data:',
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'referrer-policy': 'no-referrer',
};

interface Asset {
  readonly name: string;
  readonly type: string;
  readonly body: Buffer;
}

interface Explorer {
  readonly page: string;
  readonly assets: ReadonlyMap<string, Asset>;
}

export function addExplorer(app: FastifyInstance, options: ExplorerOptions): void {
  let loaded: Promise<Explorer> | undefined;
  // The 9 MB are loaded at the first visit, as the explorer of most gateways is never opened.
  const load = () => {
    loaded ??= loadExplorer(options);
    return loaded;
  };
  app.get('/explorer', async (_, reply) => {
    const { page } = await load();
    return reply.headers(PAGE_HEADERS).type('text/html; charset=utf-8').send(page);
  });
  app.get<{ Params: { name: string } }>('/explorer/:name', async ({ params }, reply) => {
    const asset = (await load()).assets.get(params.name);
    if (asset === undefined) return reply.callNotFound();
    return reply.headers(CACHE_FOREVER).type(asset.type).send(asset.body);
  });
}

async function loadExplorer({ presetHeaders }: ExplorerOptions): Promise<Explorer> {
  const graphiql = await import('@graphql-yoga/render-graphiql/graphiql');
  const start = script('start', await readFile(START_SCRIPT, 'utf8'));
  const main = script('graphiql', graphiql.js);
  const styles = asset('graphiql', 'css', 'text/css; charset=utf-8', graphiql.css + TABS_STAY_IN_PLACE);
  const workers = {
    editorWorkerService: script('editor-worker', graphiql.editorWorkerService),
    json: script('json-worker', graphiql.jsonWorker),
    graphql: script('graphql-worker', graphiql.graphqlWorker),
  };
  const assets = [start, main, styles, ...Object.values(workers)];
  const setup = {
    workers: Object.fromEntries(Object.entries(workers).map(([label, { name }]) => [label, addressOf(name)])),
    options: graphiqlOptions(presetHeaders),
  };
  return {
    page: renderPage({ setup, styles: addressOf(styles.name), scripts: [main, start] }),
    assets: new Map(assets.map((one) => [one.name, one])),
  };
}

/** The options of GraphiQL; its header editor expects text. */
function graphiqlOptions(presetHeaders: ExplorerOptions['presetHeaders']) {
  const headers = Object.keys(presetHeaders).length > 0 ? prettyJson(presetHeaders) : '';
  return {
    title: 'Redox Media',
    endpoint: 'graphql',
    headers,
    // GraphiQL takes the operation of the first tab from the tabs, but not its variables.
    initialVariables: prettyJson(EXAMPLE_OPERATIONS[0].variables),
    defaultTabs: EXAMPLE_OPERATIONS.map(({ document, variables }) => ({
      query: document,
      variables: prettyJson(variables),
      headers,
    })),
  };
}

interface PageParts {
  readonly setup: unknown;
  readonly styles: string;
  readonly scripts: readonly Asset[];
}

function renderPage({ setup, styles, scripts }: PageParts): string {
  const data = JSON.stringify(setup).replaceAll('<', '\\u003c');
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>Explorer – Redox Media gateway</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="${styles}">
  </head>
  <body class="no-focus-outline">
    <noscript>The explorer needs JavaScript.</noscript>
    <div id="root"></div>
    <p id="cost" role="status" hidden style="position: fixed; inset: auto 12px 8px auto; margin: 0; padding: 4px 12px; border: 1px solid GrayText; border-radius: 99px; background: Canvas; color: CanvasText; font: 13px system-ui, sans-serif; pointer-events: none"></p>
    <script type="application/json" id="setup">${data}</script>
    ${scripts.map(({ name }) => `<script src="${addressOf(name)}"></script>`).join('\n    ')}
  </body>
</html>
`;
}

/** Relative to the page, as clients may reach the gateway below another path. */
function addressOf(name: string): string {
  return `explorer/${name}`;
}

function script(name: string, text: string): Asset {
  return asset(name, 'js', 'text/javascript; charset=utf-8', text);
}

function asset(name: string, ending: string, type: string, text: string): Asset {
  const body = Buffer.from(text);
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 16);
  return { name: `${name}-${hash}.${ending}`, type, body };
}

function prettyJson(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
