/** POST /upload: a multipart file in, an opaque reference out. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { getToken, member, readJson } from './client.ts';

let sandbox: Sandbox;
let token: string;
beforeAll(async () => {
  sandbox = await startSandbox({ charts: [] });
  token = await getToken(sandbox);
});
afterAll(() => sandbox.close());

function upload(body: FormData | string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(sandbox.uploadUrl, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, ...headers },
    body,
  });
}

function form(name: string, value: Blob | string): FormData {
  const data = new FormData();
  data.set(name, value);
  return data;
}

it('takes a file and gives each its own reference', async () => {
  const uris = await Promise.all(
    [1, 2].map(async () => {
      const response = await upload(form('file', new Blob(['\r\n--synthetic\0'])));
      expect(response.status).toBe(201);
      return member(await readJson(response), 'URI');
    }),
  );
  expect(uris[0]).toMatch(new RegExp(`^${sandbox.url}/[0-9a-f-]{36}$`));
  expect(uris[0]).not.toBe(uris[1]);
});

it('takes 30,000,000 bytes and not one more', async () => {
  const most = new Uint8Array(30_000_000);
  expect((await upload(form('file', new Blob([most])))).status).toBe(201);
  expect((await upload(form('file', new Blob([most, 'x'])))).status).toBe(413);
});

it.each([
  ['a field of another name', () => upload(form('document', new Blob(['x'])))],
  ['a field that is no file', () => upload(form('file', 'x'))],
  ['a body that is no form', () => upload('x', { 'content-type': 'application/pdf' })],
  ['a broken form', () => upload('x', { 'content-type': 'multipart/form-data; boundary=y' })],
])('refuses %s with 400', async (_name, send) => {
  const response = await send();
  expect(response.status).toBe(400);
  expect(await response.json()).toEqual({ errorDetail: expect.any(String) });
});

it('answers 401 without a good token', async () => {
  const response = await upload(form('file', new Blob(['x'])), { authorization: 'Bearer made-up' });
  expect(response.status).toBe(401);
});
