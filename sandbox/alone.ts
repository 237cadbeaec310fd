/** Runs a sandbox as a program of its own: its settings come from the environment, and a signal ends it. */
import { randomBytes } from 'node:crypto';
import { type Sandbox, type Subscriber, startSandbox } from './sandbox.ts';

const DEFAULT_PORT = 4010;
const MAX_PORT = 65_535;
/** Redox itself gives up after two minutes; an hour is more than any trial needs. */
const MAX_LATENCY_MS = 3_600_000;

/** A setting with an invalid value; the message is for the person at the terminal. */
class BadSetting extends Error {}

/**
 * Starts the sandbox, prints the settings for a gateway that uses it, and closes it on a signal. Undefined: it could not start,
 * which has been printed.
 */
export async function runAlone(): Promise<Sandbox | undefined> {
  try {
    const port = readWholeNumber('SANDBOX_PORT', DEFAULT_PORT, MAX_PORT);
    const latencyMs = readWholeNumber('SANDBOX_LATENCY_MS', 0, MAX_LATENCY_MS);
    const subscriber = readSubscriber();
    const sandbox = await startSandbox({
      port,
      latencyMs,
      database: readText('SANDBOX_DB'),
      subscribers: subscriber === undefined ? [] : [subscriber],
      report: (sentence) => void process.stderr.write(`${sentence}\n`),
    });
    process.stdout.write(describeSettings(sandbox, subscriber));
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => sandbox.close());
    return sandbox;
  } catch (error) {
    process.stderr.write(`${describeFailure(error)}\n`);
    process.exitCode = 1;
    return undefined;
  }
}

function readText(name: string): string | undefined {
  return process.env[name]?.trim() || undefined;
}

function readWholeNumber(name: string, fallback: number, most: number): number {
  const text = readText(name);
  if (text === undefined) return fallback;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > most) {
    throw new BadSetting(`${name} must be a whole number from 0 to ${most}.`);
  }
  return value;
}

function readSubscriber(): Subscriber | undefined {
  const url = readText('SANDBOX_SUBSCRIBER_URL');
  const token = readText('SANDBOX_VERIFICATION_TOKEN');
  if (url !== undefined && !(URL.canParse(url) && /^https?:/.test(url))) {
    throw new BadSetting('SANDBOX_SUBSCRIBER_URL must be a URL that begins with http:// or https://.');
  }
  // The form that the gateway requires, where several tokens are separated by commas.
  if (token !== undefined && !/^[\x21-\x2b\x2d-\x7e]{32,200}$/.test(token)) {
    throw new BadSetting(
      'SANDBOX_VERIFICATION_TOKEN must be 32 to 200 printable ASCII characters without spaces and commas.',
    );
  }
  if (url === undefined && token !== undefined) {
    throw new BadSetting('SANDBOX_VERIFICATION_TOKEN must stand beside SANDBOX_SUBSCRIBER_URL.');
  }
  return url === undefined
    ? undefined
    : { url, verificationToken: token ?? randomBytes(32).toString('base64url') };
}

function describeSettings(sandbox: Sandbox, subscriber: Subscriber | undefined): string {
  const { url, uploadUrl, credentials, destinations, sources } = sandbox;
  const { clientId, keyId, privateKeyPem, apiKey, apiSecret, sourceId } = credentials;
  return [
    '# Redox sandbox with synthetic charts, ready. Settings for a gateway:',
    `REDOX_API_URL=${url}`,
    `REDOX_UPLOAD_URL=${uploadUrl}`,
    `REDOX_CLIENT_ID=${clientId}`,
    `REDOX_KEY_ID=${keyId}`,
    `REDOX_PRIVATE_KEY="${privateKeyPem.trim().replaceAll('\n', '\\n')}"`,
    `REDOX_SOURCE_ID=${sourceId}`,
    `REDOX_DESTINATIONS=${listPairs(destinations)}`,
    ...(subscriber === undefined
      ? ['# With SANDBOX_SUBSCRIBER_URL, what is written is also pushed there.']
      : [
          `# What is written is pushed to ${subscriber.url}`,
          `REDOX_EVENTS_TOKEN=${subscriber.verificationToken}`,
          `REDOX_SOURCES=${listPairs(sources)}`,
        ]),
    '# Instead of REDOX_CLIENT_ID, REDOX_KEY_ID and REDOX_PRIVATE_KEY, the legacy key:',
    `# REDOX_API_KEY=${apiKey}`,
    `# REDOX_API_SECRET=${apiSecret}`,
    '',
  ].join('\n');
}

function listPairs(ids: Readonly<Record<string, string>>): string {
  return Object.entries(ids)
    .map(([alias, id]) => `${alias}=${id}`)
    .join(',');
}

function describeFailure(error: unknown): string {
  if (error instanceof BadSetting) return error.message;
  const isInUse = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  if (isInUse) return 'The port is in use; set SANDBOX_PORT to another one (0 takes any free port).';
  return `The sandbox could not start: ${error instanceof Error ? error.message : String(error)}`;
}
