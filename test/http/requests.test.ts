/** What the listener makes of requests that are no proper GraphQL operation: a status, fixed words, no echo. */
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Gateway } from '../../src/gateway.ts';
import { beside, post, startSandboxMode } from './servers.ts';

const QUERY = '{ destinations { id } }';
/** Stands in requests where a patient's data might; must come back in no answer. */
const CANARY = 'canary-417';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startSandboxMode();
});
afterAll(() => gateway.close());

const get = (query: string, headers: Record<string, string> = {}) =>
  fetch(`${gateway.url}?query=${encodeURIComponent(query)}`, { headers });

/** Every answer's duty; returns the body. */
async function readSafely(response: Response): Promise<string> {
  expect(response.headers.get('cache-control')).toBe('private, no-store');
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  expect(response.headers.get('x-powered-by')).toBeNull();
  const body = await response.text();
  expect(body).not.toContain(CANARY);
  expect(body).not.toMatch(/stacktrace|node_modules|\.[tj]s:\d/);
  return body;
}

describe('an operation is taken', () => {
  test.each([
    ['by POST', () => post(gateway.url, { query: QUERY })],
    ['by GET with a preflight header', () => get(QUERY, { 'apollo-require-preflight': 'true' })],
    ['by GET with a JSON content type', () => get(QUERY, { 'content-type': 'application/json' })],
  ])('%s', async (_, send) => {
    const response = await send();
    expect(response.status).toBe(200);
    expect(JSON.parse(await readSafely(response))).toEqual({
      data: { destinations: [{ id: 'general' }, { id: 'county' }] },
      extensions: { redox: { mediaQueries: 0, bytes: 0, ageSeconds: null, queries: [] } },
    });
  });

  test('up to 256 kB', async () => {
    const padded = JSON.stringify({ query: QUERY }).padEnd(256 * 1024, ' ');
    expect((await post(gateway.url, padded)).status).toBe(200);
  });
});

describe('a request is refused', () => {
  const withType = (type: string, body: string) => post(gateway.url, body, { 'content-type': type });
  const operation = JSON.stringify({ query: QUERY });

  test.each([
    ['malformed JSON', 400, () => post(gateway.url, `{"query":"${CANARY}`)],
    ['an empty body', 400, () => post(gateway.url, '')],
    ['JSON that is no object', 400, () => post(gateway.url, `"${CANARY}"`)],
    ['an object without an operation', 400, () => post(gateway.url, { other: CANARY })],
    ['variables that are no object', 400, () => post(gateway.url, { query: QUERY, variables: CANARY })],
    ['a prototype in JSON', 400, () => post(gateway.url, `{"__proto__":{},"query":"${QUERY}"}`)],
    ['a body beyond 256 kB', 413, () => post(gateway.url, operation.padEnd(256 * 1024 + 1, ' '))],
    ['a text body, as any page may send', 415, () => withType('text/plain', operation)],
    ['a form, as any page may send', 415, () => withType('application/x-www-form-urlencoded', `q=${CANARY}`)],
    ['an upload, as any page may send', 415, () => withType('multipart/form-data; boundary=x', '--x--')],
    ['a bare document', 415, () => withType('application/graphql', QUERY)],
    ['a body without a type', 400, () => fetch(gateway.url, { method: 'POST' })],
    ['a batch of operations', 400, () => post(gateway.url, [{ query: QUERY }, { query: QUERY }])],
    ['a simple GET, as any page may send', 400, () => get(QUERY)],
    ['a mutation by GET', 405, () => get('mutation { __typename }', { 'apollo-require-preflight': 'true' })],
    ['a GET without an operation', 400, () => get('', { 'apollo-require-preflight': 'true' })],
    [
      'an accept header that nothing satisfies',
      406,
      () => post(gateway.url, operation, { accept: 'text/xml' }),
    ],
    ['a document that does not parse', 400, () => post(gateway.url, { query: `{ a(b: "${CANARY}"` })],
    ['an unknown path', 404, () => fetch(beside(gateway.url, `/${CANARY}?x=${CANARY}`))],
    ['a path with a broken escape', 404, () => fetch(beside(gateway.url, `/%E0%A4${CANARY}`))],
  ])('%s', async (_, status, send) => {
    const response = await send();
    expect(response.status).toBe(status);
    const { errors, data } = JSON.parse(await readSafely(response));
    expect(data).toBeUndefined();
    expect(errors).toEqual([expect.objectContaining({ message: expect.any(String) })]);
    expect(errors[0].extensions).toEqual({ code: expect.stringMatching(/^(BAD_REQUEST|GRAPHQL_\w+)$/) });
  });

  test.each([
    ['PUT', '/graphql', 'GET, POST'],
    ['DELETE', '/graphql', 'GET, POST'],
    ['HEAD', '/graphql', 'GET, POST'],
    ['POST', '/livez', 'GET, HEAD'],
    ['POST', '/readyz?x=1', 'GET, HEAD'],
    ['POST', '/content/x', 'GET, HEAD'],
    ['DELETE', '/content/x?y', 'GET, HEAD'],
  ])('%s %s', async (method, path, allow) => {
    const response = await fetch(beside(gateway.url, path), { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe(allow);
    await readSafely(response);
  });

  test('bytes that are no HTTP, without quoting them', async () => {
    const { hostname, port } = new URL(gateway.url);
    const socket = connect(Number(port), hostname);
    socket.write(`${CANARY}\r\n\r\n`);
    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).not.toContain(CANARY);
  });
});

test('a misspelt field is refused without naming others', async () => {
  const response = await post(gateway.url, { query: '{ patint { id } destination { id } }' });
  expect(response.status).toBe(400);
  const body = await readSafely(response);
  expect(body).toContain('GRAPHQL_VALIDATION_FAILED');
  expect(body).not.toMatch(/did you mean|patients|destinations/i);
});
