/** A Redox of one test's own: a real loopback HTTP server whose two endpoints answer as the test says. */

import { generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { type Clock, createSystemClock } from '../../src/clock.ts';
import { createRedoxClient, type RedoxClient } from '../../src/redox/client.ts';
import type { RedoxSettings } from '../../src/redox/settings.ts';

interface Received {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

type Respond = (response: ServerResponse, received: Received, count: number) => void;

export const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const privatePem = keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

export const EMPTY_REPLY = { Meta: { DataModel: 'Media', Logs: [{ ID: 'log-1' }] }, Media: [] };

export function sendJson(response: ServerResponse, status: number, body: unknown, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

/** Starts the server and stops it with the test. Everything not `/endpoint` is the token service. */
export async function startUpstream(answers: { readonly endpoint?: Respond; readonly token?: Respond } = {}) {
  const queries: Received[] = [];
  const tokenCalls: Received[] = [];
  const endpoint: Respond = answers.endpoint ?? ((response) => sendJson(response, 200, EMPTY_REPLY));
  const token: Respond =
    answers.token ??
    ((response, _, count) => sendJson(response, 200, { access_token: `token-${count}`, expires_in: 300 }));

  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const received = { path: request.url ?? '', headers: request.headers, body };
      const isQuery = received.path.endsWith('/endpoint');
      const seen = isQuery ? queries : tokenCalls;
      seen.push(received);
      (isQuery ? endpoint : token)(response, received, seen.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${portOf(server.address())}`, queries, tokenCalls };
}

export function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  return address.port;
}

export function settingsFor(url: string, overrides: Partial<RedoxSettings> = {}): RedoxSettings {
  return {
    apiUrl: url,
    tokenUrl: `${url}/v2/auth/token`,
    uploadUrl: `${url}/upload`,
    credentials: { kind: 'oauth', clientId: 'client-1', keyId: 'key-1', privateKey: privatePem },
    destinations: new Map([['general', 'destination-uuid']]),
    facilityCodes: new Map(),
    test: true,
    timeoutMs: 5000,
    rate: { windowMs: 300_000 },
    concurrency: 16,
    maxResponseBytes: 1_000_000,
    bytesInFlight: 10_000_000,
    ...overrides,
  };
}

/** A client that is closed with the test. */
export function openClient(
  settings: RedoxSettings,
  clock: Clock = createSystemClock(),
  onFailure?: (error: unknown) => void,
): RedoxClient {
  // Half way between both ends of the jitter.
  const random = () => 0.5;
  const client = createRedoxClient(settings, { clock, random, onFailure });
  onTestFinished(() => client.close());
  return client;
}

export const anyQuery = { visitNumbers: ['V-1'] };
export const noSignal = new AbortController().signal;

/** What a promise rejected with; fails the test when it did not. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('expected a rejection');
}
