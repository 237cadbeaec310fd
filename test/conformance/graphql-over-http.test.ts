/** GraphQL over HTTP, by the audits of graphql-http. */
import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Gateway } from '../../src/gateway.ts';
import { startSandboxMode } from '../http/servers.ts';

/** Some audits introspect, which is on in sandbox mode only. */
let gateway: Gateway;
beforeAll(async () => {
  gateway = await startSandboxMode();
});
afterAll(() => gateway?.close());

/** As clients must that send GET: a page of any origin cannot set this header. */
const fetchFn = (url: string, init: RequestInit = {}) => {
  const headers = new Headers(init.headers);
  headers.set('apollo-require-preflight', 'true');
  return fetch(url, { ...init, headers });
};
const audits = serverAudits({ url: () => gateway.url, fetchFn });

test('the audits are 61', () => {
  expect(audits).toHaveLength(61);
});

test.each(audits)('$id: $name', async ({ fn, id, name }) => {
  expect(await fn()).toEqual({ id, name, status: 'ok' });
});
