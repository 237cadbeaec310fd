/** Runs a sandbox as a program of its own: its settings come from the environment, and a signal ends it. */
import { BadSettings, readAloneSettings } from './alone-settings.ts';
import { type Sandbox, type Subscriber, startSandbox } from './sandbox.ts';

/**
 * Starts the sandbox, prints the settings for a gateway that uses it, and closes it on a signal. Undefined: it could not start,
 * which has been printed.
 */
export async function runAlone(): Promise<Sandbox | undefined> {
  try {
    const { subscriber, ...settings } = readAloneSettings(process.env);
    const sandbox = await startSandbox({
      ...settings,
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
  if (error instanceof BadSettings) return error.message;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ERR_SQLITE_ERROR')
    return 'SANDBOX_DB must name a file that can be written, and that is empty or was written by a sandbox.';
  if (code === 'EADDRINUSE')
    return 'The port is in use; set SANDBOX_PORT to another one (0 takes any free port).';
  return `The sandbox could not start: ${error instanceof Error ? error.message : String(error)}`;
}
