/** `npm run sandbox:live`: files a new document every few seconds, in a sandbox of its own or in that of a gateway that runs. */
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { runAlone } from '../sandbox/alone.ts';
import { GatewayChart, runsOnSandbox } from './live/gateway-chart.ts';
import { type LiveChart, type LiveDocument, makeLiveDocument } from './live/live-document.ts';
import { SandboxChart } from './live/sandbox-chart.ts';

const USAGE = `Files a new synthetic document every few seconds, so that open charts have something to show.

  npm run sandbox:live -- [options]

  --seconds 5          how long it waits between two documents
  --gateway URL        GraphQL endpoint of a gateway that runs on its embedded Redox, e.g. http://localhost:4000/graphql

Without --gateway it files in the gateway that runs on this machine's PORT with its embedded Redox; if there is none, it
starts a sandbox of its own, as npm run sandbox does.
`;

/**
 * The charts of a trial that runs overnight must not grow without limit: with this many documents, the oldest is deleted for each
 * new one.
 */
const MAX_LIVE_DOCUMENTS = 20;
/** As many digits as the number in a file has. */
const MAX_NUMBER = 100_000_000;

class BadOption extends Error {}

try {
  const options = readOptions();
  if (options === undefined) process.stdout.write(USAGE);
  else await start(options);
} catch (error) {
  const isMisuse = error instanceof BadOption || error instanceof TypeError;
  if (!isMisuse) throw error;
  process.stderr.write(`${error.message}\n\n${USAGE}`);
  process.exitCode = 1;
}

interface Options {
  readonly seconds: number;
  readonly gateway: string | undefined;
}

/** Undefined: the user requested the usage text. */
function readOptions(): Options | undefined {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '5' },
      gateway: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const { seconds, gateway, help } = values;
  if (!/^(?!0+(\.0+)?$)\d{1,4}(\.\d{1,3})?$/.test(seconds)) {
    throw new BadOption('--seconds must be a number above 0 and below 10000.');
  }
  return help ? undefined : { seconds: Number(seconds), gateway };
}

async function start({ seconds, gateway }: Options): Promise<void> {
  const chart = await openChart(gateway);
  if (chart === undefined) return;
  const ended = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.abort());
  await fileUntil(ended.signal, chart, seconds * 1000);
}

/** Undefined: there is none, which has been printed. */
async function openChart(gateway: string | undefined): Promise<LiveChart | undefined> {
  const port = process.env['PORT']?.trim() || '4000';
  const url = gateway ?? `http://127.0.0.1:${port}/graphql`;
  if (await runsOnSandbox(url)) {
    say(`files in the chart of the gateway at ${url}`);
    return new GatewayChart(url);
  }
  if (gateway !== undefined)
    throw new BadOption('No gateway that runs on its embedded Redox answers at --gateway.');
  const sandbox = await runAlone();
  if (sandbox === undefined) return undefined;
  say('files in this sandbox');
  return new SandboxChart(sandbox);
}

async function fileUntil(ended: AbortSignal, chart: LiveChart, pauseMs: number): Promise<void> {
  const filed: LiveDocument[] = [];
  for (let number = Math.floor(Date.now() / 1000) % MAX_NUMBER; !ended.aborted; number++) {
    try {
      await fileNext(chart, filed, makeLiveDocument(number, new Date()));
    } catch (error) {
      // The gateway may be restarting.
      say(`could not file: ${error instanceof Error ? error.message : String(error)}`);
    }
    await setTimeout(pauseMs, undefined, { signal: ended }).catch(() => undefined);
  }
}

async function fileNext(chart: LiveChart, filed: LiveDocument[], document: LiveDocument): Promise<void> {
  await chart.file(document);
  filed.push(document);
  say(`filed ${describe(document)}`);
  const [oldest] = filed;
  if (oldest === undefined || filed.length <= MAX_LIVE_DOCUMENTS) return;
  await chart.remove(oldest);
  filed.shift();
  say(`deleted ${describe(oldest)}`);
}

function describe({ documentId, documentType, patient }: LiveDocument): string {
  return `${documentId} (${documentType}) of ${patient}`;
}

/** Printed as a comment, since stdout also contains the settings of a sandbox. */
function say(line: string): void {
  process.stdout.write(`# ${line}\n`);
}
