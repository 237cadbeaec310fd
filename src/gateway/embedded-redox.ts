/**
 * The embedded Redox: starts it for a gateway without credentials, and connects the gateway to it and to the events that it
 * pushes.
 */
import { randomBytes } from 'node:crypto';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { type Clock, sleep } from '../clock.ts';
import { type Config, ConfigError } from '../config/config.ts';
import { SANDBOX_DB_PROBLEM } from '../config/settings.ts';
import type { RedoxSettings } from '../redox/settings.ts';

/** It is a separate program that does not know this program's clock, so it receives functions. */
export async function startEmbedded(
  { latencyMs, database }: Config['sandbox'],
  clock: Clock,
): Promise<Sandbox> {
  const wait = (ms: number, signal: AbortSignal) => sleep(clock, ms, signal);
  try {
    return await startSandbox({ latencyMs, database, clock: () => clock.wallTime(), wait });
  } catch (error) {
    if (!isOfDatabase(error)) throw error;
    throw new ConfigError([{ variable: 'SANDBOX_DB', problem: SANDBOX_DB_PROBLEM }]);
  }
}

/** Opening it is all that may fail at its database before the first document is written. */
function isOfDatabase(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR';
}

export function settingsOfSandbox(
  { url, tokenUrl, uploadUrl, credentials, destinations }: Sandbox,
  config: Config,
): RedoxSettings {
  const { clientId, keyId, privateKeyPem, sourceId } = credentials;
  return {
    ...config.upstream,
    apiUrl: url,
    tokenUrl,
    uploadUrl,
    credentials: { kind: 'oauth', clientId, keyId, privateKey: privateKeyPem },
    sourceId,
    destinations: new Map(Object.entries(destinations)),
  };
}

/** Completes the settings for events: a token that no other program knows, and the sources of the embedded Redox. */
export function withEventsOf({ sources }: Sandbox, config: Config): Config {
  const own = new Map(Object.entries(sources).map(([alias, id]) => [id, alias]));
  const { events } = config;
  return {
    ...config,
    events: {
      ...events,
      tokens: events.tokens ?? [randomBytes(32).toString('base64url')],
      sources: events.sources.size > 0 ? events.sources : own,
    },
  };
}

/**
 * From now on, whatever is written to the embedded Redox, by this process or another one, is pushed to the gateway that listens
 * there. Returns a function that ends this.
 */
export function pushEvents(
  sandbox: Sandbox,
  address: string,
  [verificationToken]: readonly string[],
): () => void {
  if (verificationToken === undefined) return () => {};
  return sandbox.subscribe({ url: `${address}/redox/events`, verificationToken });
}
