/** Gateways as these tests need them, stopped with their test or suite. */
import { createSystemClock } from '../../src/clock.ts';
import { parseConfig } from '../../src/config/config.ts';
import { type Gateway, startGateway } from '../../src/gateway.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { plantCanaries, watchAnswers, watchedLog } from '../support/canaries.ts';
import { OF_THIS_RUN } from '../support/settings.ts';

/** As from an empty environment: with the embedded Redox, in sandbox mode. */
export async function startSandboxMode(settings: Readonly<Record<string, string>> = {}): Promise<Gateway> {
  const env = { PORT: '0', LOG_LEVEL: 'silent', AUDIT_FILE: '/dev/null', ...OF_THIS_RUN, ...settings };
  const parsed = await parseConfig(env);
  // Most tests send a document once.
  const config = { ...parsed, executor: { ...parsed.executor, fromUse: 1 } } as const;
  const gateway = await startGateway(config, createSystemClock(), createLog('trace', watchedLog));
  plantCanaries(gateway.sandbox?.charts ?? []);
  const unwatch = watchAnswers(gateway.url);
  return {
    ...gateway,
    close: () => gateway.close().finally(unwatch),
  };
}

/** The address of a route beside `/graphql`. */
export function beside(url: string, path: string): string {
  return new URL(path, url).href;
}

/** A POST of an operation as browsers and clients send it, its answer unread. */
export function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}
