/** Files on their way to Redox: byte for byte, once, for who uploaded them; and what is not taken. */

import { hash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AUDIENCE, ISSUER, signToken, writeJwksFile } from '../http/callers/issuer.ts';
import { someBytes } from '../http/content/links.ts';
import { privatePem, sendJson, startUpstream } from '../redox/upstream.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { SAVE, saving } from './inputs.ts';
import { saveWith, sendUpload, startUploadServer } from './sent-uploads.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ charts: [] }, { MAX_UPLOAD_BYTES: '4000000' });
});
afterAll(() => gateway.close());

const upload = (body: Uint8Array, type?: string | null, headers = {}, to = gateway) =>
  sendUpload(to, body, type, headers);
const saveUploaded = (token: unknown, documentId: string, headers = {}, to = gateway) =>
  saveWith(to, token, documentId, headers);

test('a file arrives at Redox byte for byte, and its document has it', async () => {
  const file = someBytes(3_000_000);
  const { status, body } = await upload(file, 'application/pdf');
  expect([status, body]).toEqual([
    201,
    { upload: expect.stringMatching(/^[\w-]{100,}$/), byteLength: 3_000_000, sha256: hash('sha256', file) },
  ]);
  expect(await saveUploaded(body['upload'], 'large')).toEqual([]);
  const { data } = await gateway.ask<{ media: { content: { sha256: string } } }>(
    '{ media(documentId: "large") { content { sha256 } } }',
  );
  expect(data?.media.content.sha256).toBe(hash('sha256', file));
});

test('an upload is good once, and only as it was sealed', async () => {
  const { body } = await upload(someBytes(100));
  const token = String(body['upload']);
  const spoilt = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`;
  const notYours = [['BAD_USER_INPUT', 'is not an upload of this caller, or has expired']];
  expect(await saveUploaded(spoilt, 'once')).toEqual(notYours);
  expect(await saveUploaded(token, 'once')).toEqual([]);
  expect(await saveUploaded(token, 'twice')).toEqual([['BAD_USER_INPUT', 'was used before']]);
});

test('a file keeps its name and its type on its way to Redox, and says whose it is', async () => {
  await using own = await startTestGateway({ charts: [] });
  const named = (disposition: string, type = 'application/pdf') =>
    upload(someBytes(10), type, { 'content-disposition': disposition }, own);
  await named('attachment; filename="Einverständnis 1.pdf"');
  await named(Buffer.from('attachment; filename="Einverständnis 2.pdf"').toString('latin1'));
  await named("attachment; filename=x.pdf; filename*=UTF-8''R%C3%B6ntgen.pdf");
  await named('attachment; filename="/home/a/scans/b.pdf"');
  await named('inline');
  await named('filename="  "', 'application/x-unheard-of');
  await upload(someBytes(10), 'image/png', {}, own);
  const content = { base64: someBytes(200_001).toString('base64') };
  const large = { fileName: 'scan of a.jpg', content };
  const { errors } = await own.ask(SAVE, { input: saving('a', { ...large, fileType: 'JPG' }) });
  expect(errors).toEqual([]);
  await own.ask(SAVE, { input: saving('a', { ...large, fileType: 'something else' }) });
  const { sourceId } = own.redox.credentials;
  expect(own.redox.uploads.map(({ fileName, mediaType }) => [fileName, mediaType])).toEqual([
    ['Einverständnis 1.pdf', 'application/pdf'],
    ['Einverständnis 2.pdf', 'application/pdf'],
    ['Röntgen.pdf', 'application/pdf'],
    ['b.pdf', 'application/pdf'],
    ['file.pdf', 'application/pdf'],
    ['file.bin', 'application/x-unheard-of'],
    ['file.png', 'image/png'],
    ['scan of a.jpg', 'image/jpeg'],
    ['scan of a.jpg', 'application/octet-stream'],
  ]);
  expect(own.redox.uploads.map((one) => one.sourceId)).toEqual(Array(9).fill(sourceId));
});

test('30,000,000 bytes are taken, and one more is refused at once, whatever the settings', async () => {
  await using own = await startTestGateway({ charts: [] });
  expect((await upload(Buffer.alloc(30_000_000, 'a'), 'text/plain', {}, own)).status).toBe(201);
  expect((await upload(Buffer.alloc(30_000_001, 'a'), 'text/plain', {}, own)).status).toBe(413);
  expect(own.redox.uploads).toHaveLength(1);
});

test("Redox's quota is told to who uploads, with the time to wait", async () => {
  const redox = await startUpstream({
    token: (response, { path }) =>
      path === '/upload'
        ? sendJson(response, 429, {}, { 'x-ratelimit-limit': '7500' })
        : sendJson(response, 200, { access_token: 'token', expires_in: 300 }),
  });
  await using own = await startTestGateway(
    { charts: [] },
    {
      REDOX_API_URL: redox.url,
      REDOX_UPLOAD_URL: `${redox.url}/upload`,
      REDOX_PRIVATE_KEY: privatePem,
    },
  );
  const { status, headers } = await fetch(new URL('/uploads', own.url), {
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body: 'a file',
  });
  expect([status, headers.get('retry-after')]).toEqual([429, '300']);
});

test.each(['while the file is on its way', 'after it'])(
  'a 429 of Redox keeps its Retry-After, %s',
  async (when) => {
    const uploads = await startUploadServer(async (incoming, response) => {
      if (when === 'after it') await buffer(incoming);
      response.writeHead(429, { 'retry-after': '7' }).end();
    });
    await using own = await startTestGateway({ charts: [] }, uploads);
    const form = new FormData();
    form.append('file', new Blob([new Uint8Array(20_000_000)]), 'a');
    for (const body of [form, new Uint8Array(20_000_000)]) {
      const type = body === form ? {} : { 'content-type': 'application/octet-stream' };
      const response = await fetch(new URL('/uploads', own.url), { method: 'POST', headers: type, body });
      expect([response.status, response.headers.get('retry-after')]).toEqual([429, '7']);
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'RATE_LIMITED' } }] });
    }
  },
);

test('an upload may go with another message after a clear refusal, since Redox has taken none', async () => {
  await using own = await startTestGateway({ charts: [] });
  const { body } = await upload(someBytes(100), 'text/plain', {}, own);
  own.redox.answerWrite = () => ({ status: 400 });
  expect(await saveUploaded(body['upload'], 'a', {}, own)).toEqual([['UPSTREAM_REJECTED', undefined]]);
  own.redox.answerWrite = undefined;
  expect(await saveUploaded(body['upload'], 'a', {}, own)).toEqual([]);
  expect(await saveUploaded(body['upload'], 'a', {}, own)).toEqual([['BAD_USER_INPUT', 'was used before']]);
});

test('a note that begins as a script does is a note: no interpreter is named', async () => {
  const note = Buffer.from('#! important: SYN allergy, and/or asthma\n');
  expect((await upload(note, 'text/plain')).status).toBe(201);
});

describe('is not taken:', () => {
  const elf = Buffer.concat([Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0]), Buffer.alloc(100)]);
  const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
  test.each<[string, Uint8Array, string | null, number]>([
    ['an empty file', Buffer.alloc(0), 'text/plain', 400],
    ['a file without a type', someBytes(10), null, 415],
    ['a type that is none', someBytes(10), 'pdf', 415],
    ['a program', elf, 'application/octet-stream', 415],
    ['a program by name', someBytes(10), 'application/x-msdownload', 415],
    ['a shell script by name', someBytes(10), 'application/x-sh', 415],
    ['an archive of Java by name', someBytes(10), 'application/java-archive', 415],
    ['a script', Buffer.from('#!/bin/sh\n'), 'text/plain', 415],
    ['a script with blanks', Buffer.from('#! \t/usr/bin/env node\n'), 'text/plain', 415],
    ['a picture that says it is a PDF', png, 'application/pdf', 415],
    ['a picture that says it is text', png, 'text/plain', 415],
    ['one that is too large', Buffer.alloc(4_000_001), 'text/plain', 413],
  ])('%s', async (_, file, type, status) => {
    const answer = await upload(file, type);
    expect([answer.status, answer.body['upload']]).toEqual([status, undefined]);
  });

  test('one that turns out too large, without a length', async () => {
    async function* chunks() {
      for (let at = 0; at < 80; at += 1) yield Buffer.alloc(65_536, 'a');
    }
    const response = await fetch(new URL('/uploads', gateway.url), {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: Readable.toWeb(Readable.from(chunks())),
      duplex: 'half',
    } as RequestInit).then(
      ({ status }) => status,
      // Its connection may end before it has read why.
      () => 413,
    );
    expect(response).toBe(413);
  });
});

test('a file that is both DICOM and TIFF is taken as either', async () => {
  const file = Buffer.alloc(200);
  file.write('49492a0008000000', 0, 'hex');
  file.write('DICM', 128, 'latin1');
  for (const type of ['image/tiff', 'application/dicom']) expect((await upload(file, type)).status).toBe(201);
  expect((await upload(file, 'text/plain')).status).toBe(415);
});

test('recordings of Windows are taken as sound and as video', async () => {
  const asf = Buffer.concat([Buffer.from('3026b2758e66cf11a6d900aa0062ce6c', 'hex'), Buffer.alloc(14)]);
  for (const type of ['audio/x-ms-wma', 'video/x-ms-wmv', 'video/x-ms-asf'])
    expect((await upload(asf, type)).status).toBe(201);
  expect((await upload(asf, 'image/png')).status).toBe(415);
});

test('programs are, where that is wanted', async () => {
  await using lenient = await startTestGateway({ charts: [] }, { UPLOAD_EXECUTABLES: 'true' });
  expect((await upload(Buffer.from('#!/bin/sh\n'), 'text/plain', {}, lenient)).status).toBe(201);
});

test('it needs the right to write, and is of no use to others', async () => {
  await using guarded = await startTestGateway(
    { charts: [] },
    {
      AUTH_MODE: 'jwt',
      AUTH_ISSUER: ISSUER,
      AUTH_AUDIENCE: AUDIENCE,
      AUTH_JWKS_FILE: await writeJwksFile(),
    },
  );
  const as = async (claims: object) => ({
    authorization: `Bearer ${await signToken({ claims: { ...claims } })}`,
  });
  const scope = 'media:read media:write';
  expect((await upload(someBytes(10), 'text/plain', {}, guarded)).status).toBe(401);
  expect((await upload(someBytes(10), 'text/plain', await as({ scope: 'media:read' }), guarded)).status).toBe(
    403,
  );
  const { status, body } = await upload(someBytes(10), 'text/plain', await as({ scope }), guarded);
  expect(status).toBe(201);
  const refused = [['BAD_USER_INPUT', 'is not an upload of this caller, or has expired']];
  const token = body['upload'];
  expect(await saveUploaded(token, 'x', await as({ scope, sub: 'other' }), guarded)).toEqual(refused);
  expect(await saveUploaded(token, 'x', await as({ scope: `${scope} content:read` }), guarded)).toEqual(
    refused,
  );
  expect(await saveUploaded(token, 'x', await as({ scope }), guarded)).toEqual([]);
});

test.each([
  [403, 502],
  [413, 502],
  [500, 502],
])('Redox answers %d: %d, and nothing is sealed', async (upstreamStatus, status) => {
  const upstream = await startUpstream();
  const blobs = await startUpstream({ token: (response) => sendJson(response, upstreamStatus, {}) });
  await using other = await startTestGateway(
    { charts: [] },
    {
      REDOX_API_URL: upstream.url,
      REDOX_TOKEN_URL: `${upstream.url}/v2/auth/token`,
      REDOX_UPLOAD_URL: `${blobs.url}/upload`,
      REDOX_PRIVATE_KEY: privatePem.trim(),
    },
  );
  expect((await upload(someBytes(10), 'text/plain', {}, other)).status).toBe(status);
});
