/** Gateways as these tests need them, stopped with their test or suite. */
import { parseConfig } from '../../src/config.ts';
import { startGateway } from '../../src/gateway.ts';
import { createLog } from '../../src/telemetry/log.ts';

/** As from an empty environment: with the embedded Redox, in sandbox mode. */
export async function startSandboxMode(settings: Readonly<Record<string, string>> = {}) {
  const config = await parseConfig({ PORT: '0', LOG_LEVEL: 'silent', ...settings });
  return startGateway(config, createLog('silent'));
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
