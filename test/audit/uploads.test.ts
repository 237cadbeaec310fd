/** Uploads in the audit trail: intended before a byte of the file is sent, and what came of each, before it is answered. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { AUDIENCE, ISSUER, signToken, writeJwksFile } from '../http/callers/issuer.ts';
import { portOf } from '../redox/upstream.ts';
import { startTestGateway } from '../support/gateway.ts';
import { SAVE, saving } from '../writes/inputs.ts';
import { type Line, linesOf, newFile, readLines, verify } from './lines.ts';

const TEXT = { 'content-type': 'text/plain' };

async function upload(url: string, headers: Record<string, string> = TEXT, body: BodyInit = 'synthetic') {
  const response = await fetch(new URL('/uploads', url), { method: 'POST', headers, body });
  return { status: response.status, answer: (await response.json()) as { upload?: string } };
}

const summary = ({ operation, outcome, code, items, destination, patient }: Line) => ({
  ...operation,
  outcome,
  code,
  items,
  destination,
  patient,
});
const UPLOAD = { name: 'upload', hash: null, event: 'Upload', destination: null, patient: null };

/** Where files are uploaded, with a status of the test's choice, and what the trail held when each began to arrive. */
async function startBlobs(file: string, status: number) {
  const seen: Line[][] = [];
  const server = createServer(async (request, response) => {
    seen.push(readLines(await readFile(file, 'utf8')));
    await buffer(request);
    response.writeHead(status, { 'content-type': 'application/json', 'redox-trace-id': 'trace-1' });
    response.end(JSON.stringify({ URI: 'https://blob.example/1' }));
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  return { seen, url: `http://127.0.0.1:${portOf(server.address())}/upload` };
}

test('an upload is in the file as intended when Redox gets its first byte, and its outcome when the caller does', async () => {
  const file = await newFile();
  const blobs = await startBlobs(file, 201);
  await using gateway = await startTestGateway(
    { charts: [] },
    { AUDIT_FILE: file, REDOX_UPLOAD_URL: blobs.url },
  );
  expect((await upload(gateway.url)).status).toBe(201);
  const lines = await linesOf(file);
  expect(blobs.seen).toEqual([lines.slice(0, 1)]);
  expect(lines.map(summary)).toEqual([
    { ...UPLOAD, outcome: 'intended', code: null, items: 0 },
    { ...UPLOAD, outcome: 'answered', code: null, items: 1 },
  ]);
  const [intended, answered] = lines;
  expect(intended?.['write']).toMatch(/^[0-9a-f-]{36}$/);
  expect(answered?.['write']).toBe(intended?.['write']);
  expect((await verify(file)).text).not.toContain('No outcome');
});

test('one that Redox does not take is failed, with what Redox calls its answer', async () => {
  const file = await newFile();
  const blobs = await startBlobs(file, 500);
  await using gateway = await startTestGateway(
    { charts: [] },
    { AUDIT_FILE: file, REDOX_UPLOAD_URL: blobs.url },
  );
  expect((await upload(gateway.url)).status).toBe(502);
  const [, failed] = await linesOf(file);
  expect(failed).toMatchObject({ ...{ outcome: 'failed', code: 'UPSTREAM_UNAVAILABLE', items: 0 } });
  expect(failed?.calls).toEqual([failed?.['write']]);
});

test('one that is refused has one line, by whom and why, and nothing of it was sent', async () => {
  const file = await newFile();
  await using gateway = await startTestGateway(
    { charts: [] },
    {
      AUDIT_FILE: file,
      AUTH_MODE: 'jwt',
      AUTH_ISSUER: ISSUER,
      AUTH_AUDIENCE: AUDIENCE,
      AUTH_JWKS_FILE: await writeJwksFile(),
    },
  );
  const as = async (scope: string) => ({
    authorization: `Bearer ${await signToken({ claims: { sub: 'asker', scope } })}`,
  });
  expect((await upload(gateway.url, { ...TEXT, ...(await as('media:read')) })).status).toBe(403);
  const writer = await as('media:write');
  expect((await upload(gateway.url, { ...TEXT, ...writer }, '')).status).toBe(400);
  expect((await upload(gateway.url, { ...TEXT, ...writer }, '#!/bin/sh')).status).toBe(415);
  expect((await upload(gateway.url, { ...writer }, new URLSearchParams({ a: 'b' }))).status).toBe(415);
  const lines = await linesOf(file);
  expect(lines.map(summary)).toEqual(
    ['FORBIDDEN', 'BAD_USER_INPUT', 'BAD_USER_INPUT', 'BAD_USER_INPUT'].map((code) => ({
      ...UPLOAD,
      outcome: 'refused',
      code,
      items: 0,
    })),
  );
  expect(new Set(lines.map((line) => line['subject']))).toEqual(new Set(['asker']));
  expect(lines.every((line) => !('write' in line))).toBe(true);
  expect(gateway.redox.uploads).toEqual([]);
});

test.each(['', 'pdf', 'application/pdf, text/plain', 'application/p df'])(
  'a Content-Type that is none is refused as such, and in the file: %j',
  async (contentType) => {
    const file = await newFile();
    await using gateway = await startTestGateway({ charts: [] }, { AUDIT_FILE: file });
    const { status, answer } = await upload(gateway.url, { 'content-type': contentType });
    expect(status).toBe(415);
    expect(answer).toMatchObject({
      errors: [{ message: 'The Content-Type must name the type of the file.' }],
    });
    expect((await linesOf(file)).map(summary)).toEqual([
      { ...UPLOAD, outcome: 'refused', code: 'BAD_USER_INPUT', items: 0 },
    ]);
  },
);

test('one that turns out to be several files is refused after it was intended', async () => {
  const file = await newFile();
  await using gateway = await startTestGateway({ charts: [] }, { AUDIT_FILE: file });
  const form = new FormData();
  for (const name of ['a', 'b']) form.append(name, new Blob([new Uint8Array(1_000_000)]), name);
  expect((await upload(gateway.url, {}, form)).status).toBe(415);
  const outcomes = (await linesOf(file)).map(({ outcome, write }) => [outcome, write]);
  expect(outcomes.map(([outcome]) => outcome)).toEqual(['intended', 'refused']);
  expect(new Set(outcomes.map(([, write]) => write)).size).toBe(1);
});

test('while it cannot be recorded no byte is sent, unless that is wanted', async () => {
  for (const [onFailure, status, count] of [
    ['refuse', 503, 0],
    ['continue', 201, 1],
  ] as const) {
    await using gateway = await startTestGateway(
      { charts: [] },
      { AUDIT_FILE: '/dev/full', AUDIT_ON_FAILURE: onFailure },
    );
    expect((await upload(gateway.url)).status).toBe(status);
    expect(gateway.redox.uploads).toHaveLength(count);
  }
});

test('as FHIR it is a creation that claims no profile, beside those of the write that uses it', async () => {
  const file = await newFile();
  await using gateway = await startTestGateway({ charts: [] }, { AUDIT_FILE: file, AUDIT_FORMAT: 'fhir' });
  const { answer } = await upload(gateway.url);
  await gateway.ask(SAVE, { input: saving('a', { content: { upload: answer.upload } }) });
  const events = (await linesOf(file)).map(({ resource }) => resource as Record<string, unknown>);
  expect(
    events.slice(0, 4).map(({ action, outcome, meta }) => [action, outcome, meta !== undefined]),
  ).toEqual([
    ['C', undefined, false],
    ['C', '0', false],
    ['C', undefined, false],
    ['C', '0', true],
  ]);
});
