/** The example client, run as its README says, against a gateway that takes nothing but the client's own operations. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Gateway } from '../../src/gateway.ts';
import { post, startSandboxMode } from '../http/servers.ts';

const FOLDER = new URL('../../examples/client/', import.meta.url);
const at = (path: string) => fileURLToPath(new URL(path, FOLDER));

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startSandboxMode({ PERSISTED_DOCUMENTS: at('generated/persisted-documents.json') });
});
afterAll(() => gateway.close());

function runClient(args: readonly string[], env: Record<string, string> = {}) {
  const options = { env: { GATEWAY_URL: gateway.url, ...env } };
  return promisify(execFile)(process.execPath, [at('main.ts'), ...args], options);
}

test('lists a patient’s documents, two pages of them', async () => {
  const { stdout, stderr } = await runClient([]);
  expect(stderr).toBe('');
  const [count, first, ...others] = stdout.trimEnd().split('\n');
  expect(count).toBe('8 documents');
  expect(first).toMatch(/^2026-\d\d-\d\d\S* {2}[A-Z][\w ]+ {2}\S+ {2}V-\d+$/);
  expect(others).toHaveLength(7);
});

test('says what went wrong, and nothing else', async () => {
  await expect(runClient([], { GATEWAY_TOKEN: 'none.of.ours' })).rejects.toMatchObject({
    code: 1,
    stdout: '',
    stderr: 'UNAUTHENTICATED: A valid bearer token is needed.\n',
  });
  await expect(runClient([' '])).rejects.toMatchObject({ code: 1, stderr: /^BAD_USER_INPUT: / });
});

test('what it does not list is refused', async () => {
  const response = await post(gateway.url, { query: '{ destinations { id } }' });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({
    errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }],
  });
});
