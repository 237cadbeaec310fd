/**
 * The plain page at `/`, if no chart viewer is served: it explains what this server is and links to the pages that can be opened.
 */
import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { sendBadRequest } from '../responses.ts';
import { opensPage } from './sandbox-page.ts';

export interface FrontPageOptions {
  /** Whether the explorer and Apollo Sandbox are served. */
  readonly explorer: boolean;
}

const STYLE = 'body{font:1.1em/1.5 system-ui,sans-serif;max-width:38em;margin:3em auto;padding:0 1em}';

const PAGE_HEADERS = {
  'content-security-policy': [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'referrer-policy': 'no-referrer',
};

const EXPLORERS = `<p><a href="explorer">The explorer</a> shows the schema and runs example operations, without internet.</p>
<p><a href="graphql">Apollo Sandbox</a> does so too; it is loaded from Apollo's site.</p>`;

const CLOSED =
  '<p>The schema cannot be explored here, as introspection is off (<code>INTROSPECTION</code>).</p>';

/**
 * Registered last, as a chart viewer uses this path if it is served. Clients that are not browsers get the same response as for
 * any unknown path.
 */
export function addFrontPage(app: FastifyInstance, { explorer }: FrontPageOptions): void {
  if (app.hasRoute({ method: 'GET', url: '/' })) return;
  const page = renderPage(explorer ? EXPLORERS : CLOSED);
  app.get('/', { exposeHeadRoute: false }, (request, reply) => {
    if (!opensPage(request)) return sendBadRequest(reply, 'unknownPath');
    return reply.headers(PAGE_HEADERS).type('text/html; charset=utf-8').send(page);
  });
}

function renderPage(explorers: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>Redox Media gateway</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<h1>Redox Media gateway</h1>
<p>A GraphQL gateway over Redox's Media data model: patients, visits and media as one graph. Its endpoint is <code>POST /graphql</code>.</p>
${explorers}
</body>
</html>
`;
}
