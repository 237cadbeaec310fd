/** `npm run sandbox`: the sandbox alone, until a signal ends it; prints the settings with which a gateway uses it. */
import { type Sandbox, startSandbox } from './sandbox.ts';

const DEFAULT_PORT = 4010;
const MAX_PORT = 65_535;
/** Redox itself gives up after two minutes; an hour is more than any trial needs. */
const MAX_LATENCY_MS = 3_600_000;

/** A setting that is no whole number in its range; the message is for the person at the terminal. */
class BadSetting extends Error {}

function readWholeNumber(name: string, fallback: number, most: number): number {
  const text = process.env[name]?.trim();
  if (text === undefined || text === '') return fallback;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > most) {
    throw new BadSetting(`${name} must be a whole number from 0 to ${most}.`);
  }
  return value;
}

function describeSettings({ url, uploadUrl, credentials, destinations }: Sandbox): string {
  const { clientId, keyId, privateKeyPem, apiKey, apiSecret, sourceId } = credentials;
  const aliases = Object.entries(destinations).map(([alias, id]) => `${alias}=${id}`);
  return [
    '# Redox sandbox with synthetic charts, ready. Settings for a gateway:',
    `REDOX_API_URL=${url}`,
    `REDOX_UPLOAD_URL=${uploadUrl}`,
    `REDOX_CLIENT_ID=${clientId}`,
    `REDOX_KEY_ID=${keyId}`,
    `REDOX_PRIVATE_KEY="${privateKeyPem.trim().replaceAll('\n', '\\n')}"`,
    `REDOX_SOURCE_ID=${sourceId}`,
    `REDOX_DESTINATIONS=${aliases.join(',')}`,
    '# Instead of REDOX_CLIENT_ID, REDOX_KEY_ID and REDOX_PRIVATE_KEY, the legacy key:',
    `# REDOX_API_KEY=${apiKey}`,
    `# REDOX_API_SECRET=${apiSecret}`,
    '',
  ].join('\n');
}

function describeFailure(error: unknown): string {
  if (error instanceof BadSetting) return error.message;
  const isInUse = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  if (isInUse) return 'The port is in use; set SANDBOX_PORT to another one (0 takes any free port).';
  return `The sandbox could not start: ${error instanceof Error ? error.message : String(error)}`;
}

try {
  const port = readWholeNumber('SANDBOX_PORT', DEFAULT_PORT, MAX_PORT);
  const latencyMs = readWholeNumber('SANDBOX_LATENCY_MS', 0, MAX_LATENCY_MS);
  const database = process.env['SANDBOX_DB']?.trim() || undefined;
  const sandbox = await startSandbox({ port, latencyMs, database });
  process.stdout.write(describeSettings(sandbox));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => sandbox.close());
} catch (error) {
  process.stderr.write(`${describeFailure(error)}\n`);
  process.exitCode = 1;
}
