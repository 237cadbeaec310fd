/** `npm run supergraph`: runs gateway, directory and router on loopback until a signal ends them; prints a query to try. */
import type { Supergraph } from './supergraph.ts';

const DEFAULT_PORT = 4100;
const MAX_PORT = 65_535;

const QUERY =
  '{ directoryPatients(nameContains: "Patient 417") { name birthDate media(first: 3) { totalCount nodes { documentId documentType serviceDateTime } } } }';

/** Undefined: the setting is not a port. */
function readPort(): number | undefined {
  const text = process.env['SUPERGRAPH_PORT']?.trim() || String(DEFAULT_PORT);
  return /^\d{1,5}$/.test(text) && Number(text) <= MAX_PORT ? Number(text) : undefined;
}

function describe({ url, mediaUrl, directoryUrl }: Supergraph): string {
  return [
    `Router:              ${url}`,
    `Subgraph media:      ${mediaUrl}`,
    `Subgraph directory:  ${directoryUrl}`,
    '',
    'A name from the directory, joined with documents from Redox:',
    `curl -s ${url} -H 'content-type: application/json' -d '${JSON.stringify({ query: QUERY })}'`,
    '',
  ].join('\n');
}

function describeFailure(error: unknown): string {
  const isInUse = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  if (isInUse) return 'The port is in use; set SUPERGRAPH_PORT to another one (0 takes any free port).';
  return `The supergraph could not start: ${error instanceof Error ? error.message : String(error)}`;
}

function refuseToStart(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}

async function run(port: number): Promise<void> {
  // Loaded after the port has been read, so that a wrong port is reported before a router's packages are loaded.
  const { startSupergraph } = await import('./supergraph.ts');
  const supergraph = await startSupergraph(port);
  let isEnding = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    // `on`, not `once`: under npm, Ctrl-C arrives twice, from the terminal and from npm.
    process.on(signal, async () => {
      if (isEnding) return;
      isEnding = true;
      await supergraph.close();
      // The router's packages may have left timers behind.
      process.exit(0);
    });
  }
  process.stdout.write(describe(supergraph));
}

const port = readPort();
if (port === undefined) refuseToStart(`SUPERGRAPH_PORT must be a whole number from 0 to ${MAX_PORT}.`);
else await run(port).catch((error: unknown) => refuseToStart(describeFailure(error)));
