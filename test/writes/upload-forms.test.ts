/** Uploads as pages, curl and Python send them: in a form. Redox gets the file, and what is not one file is refused. */
import { hash } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { someBytes } from '../http/content/links.ts';
import { settle } from '../support/fake-clock.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { until } from '../support/until.ts';
import { SAVE, saving } from './inputs.ts';

const PDF = Buffer.concat([Buffer.from('%PDF-1.7\n'), someBytes(5000)]);
const MAX_BYTES = 4_000_000;

let gateway: TestGateway;
let earlier = 0;
beforeAll(async () => {
  gateway = await startTestGateway({ charts: [] }, { MAX_UPLOAD_BYTES: String(MAX_BYTES) });
});
beforeEach(() => {
  earlier = gateway.redox.uploads.length;
});
afterAll(() => gateway.close());

/** What Redox got in this test. */
const received = () =>
  gateway.redox.uploads.slice(earlier).map(({ fileName, mediaType }) => [fileName, mediaType]);

async function post(body: FormData | Buffer<ArrayBuffer> | string, headers: Record<string, string> = {}) {
  const response = await fetch(new URL('/uploads', gateway.url), { method: 'POST', headers, body });
  const answer = (await response.json()) as {
    upload?: string;
    sha256?: string;
    byteLength?: number;
    errors?: { message: string }[];
  };
  return { status: response.status, headers: response.headers, answer, message: answer.errors?.[0]?.message };
}

function pageForm(...files: readonly (readonly [Blob, string | undefined])[]): FormData {
  const form = new FormData();
  for (const [blob, name] of files) {
    if (name === undefined) form.append('file', blob);
    else form.append('file', blob, name);
  }
  return form;
}

const blobOf = (bytes: Buffer, type = 'application/pdf') => new Blob([new Uint8Array(bytes)], { type });

/** A body in the very bytes that a program writes. */
const written = (...pieces: readonly (string | Buffer)[]) =>
  Buffer.concat(pieces.map((piece) => Buffer.from(piece)));

test('the file of a form arrives at Redox byte for byte, and its document has it', async () => {
  const file = Buffer.concat([Buffer.from('%PDF-1.7\n'), someBytes(3_000_000)]);
  const { status, answer } = await post(pageForm([blobOf(file), 'consent.pdf']));
  expect([status, answer.byteLength, answer.sha256]).toEqual([201, file.length, hash('sha256', file)]);
  const content = { upload: answer.upload };
  const { errors } = await gateway.ask(SAVE, { input: saving('a', { documentId: 'of-a-form', content }) });
  expect(errors).toEqual([]);
  const { data } = await gateway.ask<{ media: { content: { sha256: string } } }>(
    '{ media(documentId: "of-a-form") { content { sha256 } } }',
  );
  expect(data?.media.content.sha256).toBe(hash('sha256', file));
  expect(received()).toEqual([['consent.pdf', 'application/pdf']]);
});

describe('as a page sends it, a file has its name and its type:', () => {
  test.each<[string, string | undefined, string, [string, string]]>([
    [
      'any name',
      'Röntgen "links" 日本.pdf',
      'application/pdf',
      ['Röntgen "links" 日本.pdf', 'application/pdf'],
    ],
    ['a blob', undefined, 'application/pdf', ['blob', 'application/pdf']],
    ['a file without a type', 'scan', '', ['scan', 'application/pdf']],
    ['a path', 'C:\\fakepath\\consent.pdf', 'application/pdf', ['consent.pdf', 'application/pdf']],
  ])('%s', async (_, name, type, expected) => {
    expect((await post(pageForm([blobOf(PDF, type), name]))).status).toBe(201);
    expect(received()).toEqual([expected]);
  });

  test('beside fields, and a field in which no file was chosen', async () => {
    const form = pageForm([blobOf(PDF), 'consent.pdf']);
    form.append('note', 'signed');
    form.append('other', new Blob([]), '');
    const { status, answer } = await post(form);
    expect([status, answer.sha256]).toEqual([201, hash('sha256', PDF)]);
  });
});

describe('as programs write it:', () => {
  test.each<[string, string, string, [string, string]]>([
    [
      'curl -F file=@consent.pdf',
      '------------------------d74496d66958873e',
      'Content-Disposition: form-data; name="file"; filename="consent.pdf"\r\nContent-Type: application/pdf',
      ['consent.pdf', 'application/pdf'],
    ],
    [
      'Python requests, which states no type of a part',
      'f1f5f7b6d2c84e8e8d4c0f1b2a3c4d5e',
      'Content-Disposition: form-data; name="file"; filename="consent.pdf"',
      ['consent.pdf', 'application/pdf'],
    ],
    [
      'Chromium, of a blob without a name',
      '----WebKitFormBoundaryDbrYMXyfZ1Uv8Ia6',
      'Content-Disposition: form-data; name="file"; filename=""\r\nContent-Type: application/pdf',
      ['file.pdf', 'application/pdf'],
    ],
    [
      'older Python, which writes names by RFC 5987',
      'f1f5f7b6d2c84e8e8d4c0f1b2a3c4d5e',
      'Content-Disposition: form-data; name="file"; filename*=utf-8\'\'Einverst%C3%A4ndnis.pdf',
      ['Einverständnis.pdf', 'application/pdf'],
    ],
    [
      'a program that writes its name in Latin-1',
      'x',
      Buffer.from('Content-Disposition: form-data; name=file; filename="R\xf6ntgen.pdf"', 'latin1').toString(
        'latin1',
      ),
      ['Röntgen.pdf', 'application/pdf'],
    ],
  ])('%s', async (_, boundary, headers, expected) => {
    const head = Buffer.from(`--${boundary}\r\n${headers}\r\n\r\n`, 'latin1');
    const body = written(head, PDF, `\r\n--${boundary}--\r\n`);
    const { status, answer } = await post(body, {
      'content-type': `multipart/form-data; boundary=${boundary}`,
    });
    expect([status, answer.sha256]).toEqual([201, hash('sha256', PDF)]);
    expect(received()).toEqual([expected]);
  });

  test('a part without a type has that of its name, where its bytes tell none', async () => {
    const body = written(
      '--x\r\ncontent-disposition: form-data; filename="a.txt"\r\n\r\npulse 60\r\n--x--\r\n',
    );
    expect((await post(body, { 'content-type': 'multipart/form-data; boundary=x' })).status).toBe(201);
    expect(received()).toEqual([['a.txt', 'text/plain']]);
  });
});

describe('is not taken, and nothing of it reaches Redox:', () => {
  const elf = Buffer.concat([Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0]), Buffer.alloc(100)]);
  const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
  const unknown = 'application/octet-stream';
  test.each<[string, FormData, number, RegExp]>([
    ['a program', pageForm([blobOf(elf, unknown), 'a']), 415, /^Executable files/],
    [
      'a program that says it is text',
      pageForm([blobOf(elf, 'text/plain'), 'a.txt']),
      415,
      /^Executable files/,
    ],
    ['a program by its name', pageForm([blobOf(PDF, 'application/x-msdownload'), 'a']), 415, /^Executable/],
    [
      'a picture that says it is a PDF',
      pageForm([blobOf(png), 'a.pdf']),
      415,
      /^The file is not of the type/,
    ],
    ['a form in a form', pageForm([blobOf(PDF, 'multipart/mixed'), 'a']), 415, /^Send the file itself/],
    ['an empty file', pageForm([blobOf(Buffer.alloc(0)), 'a.pdf']), 400, /^The file is empty/],
    [
      'two files',
      pageForm([blobOf(PDF), 'a'], [blobOf(PDF), 'b']),
      415,
      /several files: send one request for/,
    ],
    ['no file', new FormData(), 415, /no file: send it as a part with a file name/],
    [
      'one that is too large',
      pageForm([blobOf(Buffer.alloc(MAX_BYTES + 1, 'a'), 'text/plain'), 'a.txt']),
      413,
      /^The file is too large/,
    ],
    [
      'a large form',
      pageForm([blobOf(Buffer.alloc(2 * MAX_BYTES), unknown), 'a']),
      413,
      /^The file is too large/,
    ],
  ])('%s', async (_, form, status, message) => {
    const answer = await post(form);
    expect([answer.status, answer.message]).toEqual([status, expect.stringMatching(message)]);
    expect(received()).toEqual([]);
  });

  test('a second file that comes after a megabyte of the first', async () => {
    const large = Buffer.concat([PDF, someBytes(1_000_000)]);
    const answer = await post(pageForm([blobOf(large), 'a.pdf'], [blobOf(PDF), 'b.pdf']));
    expect([answer.status, answer.message]).toEqual([415, expect.stringContaining('several files')]);
    expect(received()).toEqual([]);
  });

  test.each(['application/x-www-form-urlencoded', 'multipart/mixed; boundary=x', 'multipart/related'])(
    'a body of %s',
    async (type) => {
      const answer = await post('file=consent.pdf', { 'content-type': type });
      expect([answer.status, answer.message]).toEqual([415, expect.stringMatching(/^Send the file itself/)]);
      expect(received()).toEqual([]);
    },
  );

  test.each(['application/pdf', 'multipart/form-data; boundary=x'])(
    'a %s with a content coding, of which the response says that none is accepted',
    async (type) => {
      const answer = await post('x', { 'content-type': type, 'content-encoding': 'gzip' });
      expect([answer.status, answer.message]).toEqual([
        415,
        expect.stringMatching(/without Content-Encoding/),
      ]);
      expect(answer.headers.get('accept-encoding')).toBe('identity');
    },
  );

  test.each(['gzip', 'br'])('a form whose file states the content coding %s', async (coding) => {
    const headers = `content-disposition: form-data; filename="a.pdf"\r\ncontent-encoding: ${coding}\r\n\r\n`;
    const body = written(`--x\r\n${headers}`, PDF, '\r\n--x--\r\n');
    const answer = await post(body, { 'content-type': 'multipart/form-data; boundary=x' });
    expect([answer.status, answer.message]).toEqual([
      415,
      'Send the file as it is, without Content-Encoding.',
    ]);
    expect(received()).toEqual([]);
  });

  test('a form that ends before its last delimiter', async () => {
    const body = written('--x\r\ncontent-disposition: form-data; filename="a.pdf"\r\n\r\n', PDF, '\r\n--x');
    for (const cut of [body, body.subarray(0, -5), body.subarray(0, 80)]) {
      const answer = await post(cut, { 'content-type': 'multipart/form-data; boundary=x' });
      expect([answer.status, answer.message]).toEqual([400, 'The file did not arrive completely.']);
    }
    expect(received()).toEqual([]);
  });

  test('a form whose sender hangs up', async () => {
    const sent = request(new URL('/uploads', gateway.url), {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
      agent: false,
    });
    const closed = new Promise((resolve) => sent.on('error', resolve).on('close', resolve));
    sent.write(written('--x\r\ncontent-disposition: form-data; filename="a.pdf"\r\n\r\n', PDF));
    await settle();
    sent.destroy();
    await closed;
    await until(async () => (await fetch(new URL('/readyz', gateway.url))).status === 200);
    expect(received()).toEqual([]);
  });
});

test('the largest file is taken from a form as well', async () => {
  const file = Buffer.alloc(MAX_BYTES, 'a');
  expect((await post(pageForm([blobOf(file, 'text/plain'), 'a.txt']))).status).toBe(201);
});
