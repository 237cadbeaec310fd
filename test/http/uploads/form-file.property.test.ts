/** The one file of a form: byte for byte however its bytes arrive, within its limits, and none where the form breaks off. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FormFile, MAX_ENVELOPE_BYTES } from '../../../src/http/uploads/form-file.ts';
import { CASES } from '../../support/cases.ts';
import { replayed } from '../../support/replay.ts';

const BOUNDARY = 'a-b--c';
const DELIMITER = `\r\n--${BOUNDARY}`;
const TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

interface Part {
  readonly headers: string;
  readonly content: Buffer;
}

const file = (content: Buffer | string, name = 'a.pdf', more = ''): Part => ({
  headers: `Content-Disposition: form-data; name="file"; filename="${name}"${more}`,
  content: Buffer.from(content),
});
const field = (content: Buffer | string): Part => ({
  headers: 'Content-Disposition: form-data; name="field"',
  content: Buffer.from(content),
});

function form(...parts: readonly Part[]): Buffer {
  const written = parts.flatMap(({ headers, content }) => [
    Buffer.from(`${DELIMITER}\r\n${headers}\r\n\r\n`),
    content,
  ]);
  return Buffer.concat([...written, Buffer.from(`${DELIMITER}--\r\n`)]).subarray(2);
}

async function* arriving(body: Buffer, sizes: readonly number[]) {
  for (let at = 0, turn = 0; at < body.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? body.length;
    // Node reads into memory of its own for each chunk.
    yield Buffer.from(body.subarray(at, at + size));
    at += size;
  }
}

/** The file, as a reader gets it who is always a few chunks behind. */
async function read(body: Buffer, sizes: readonly number[] = [65_536], type = TYPE) {
  const received = new FormFile(type, arriving(body, sizes));
  const late: Buffer[] = [];
  for await (const chunk of received.chunks()) late.push(chunk);
  return { ...received.describe(), bytes: Buffer.concat(late) };
}

const refusal = (status: number, message: string | RegExp) =>
  expect.objectContaining({ status, message: expect.stringMatching(message) });

/** Contents that keep looking as if they ended. */
const contents = fc
  .array(
    fc.oneof(
      fc.nat(DELIMITER.length - 1).map((length) => Buffer.from(DELIMITER.slice(0, length))),
      fc.uint8Array({ minLength: 1, maxLength: 8 }).map((bytes) => Buffer.from(bytes)),
      fc.constant(Buffer.from('\r\n\r\n')),
      fc.constant(Buffer.alloc(3000, '-')),
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map((pieces) => Buffer.concat(pieces))
  .filter((bytes) => bytes.length > 0 && !bytes.includes(DELIMITER));
const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 30 }), fc.constant(2000)), {
  minLength: 1,
  maxLength: 6,
});

test('it is the same byte for byte, whatever it holds, whatever stands beside it, and however it arrives', async () => {
  await fc.assert(
    fc.asyncProperty(contents, sizes, fc.boolean(), fc.boolean(), async (content, cuts, before, after) => {
      const beside = field('note');
      const body = form(...(before ? [beside] : []), file(content), ...(after ? [beside] : []));
      const { bytes, fileName } = await read(body, cuts);
      expect(bytes.equals(content)).toBe(true);
      expect(fileName).toBe('a.pdf');
    }),
    { numRuns: CASES, ...replayed },
  );
});

test('a form that breaks off anywhere before its last delimiter holds none', async () => {
  await fc.assert(
    fc.asyncProperty(contents, sizes, fc.nat(), async (content, cuts, at) => {
      const body = form(file(content), field('note'));
      const whole = body.length - '\r\n'.length;
      await expect(read(body.subarray(0, at % whole), cuts)).rejects.toEqual(
        refusal(400, /not arrive compl/),
      );
    }),
    { numRuns: CASES, ...replayed },
  );
});

test('bytes before the first delimiter and after the last one belong to no file', async () => {
  const body = Buffer.concat([Buffer.from('preamble\r\n'), form(file('x')), Buffer.from('epilogue')]);
  for (const size of [1, 7, 1000]) expect((await read(body, [size])).bytes.toString()).toBe('x');
});

test('the type of its part is known, or that it has none', async () => {
  expect((await read(form(file('x')))).contentType).toBeNull();
  const typed = file('x', 'a', '\r\ncontent-TYPE: image/png; a=b');
  expect((await read(form(typed))).contentType).toBe('image/png; a=b');
});

test('a field in which no file was chosen is none, before and after the file', async () => {
  const none = file('', '', '\r\nContent-Type: application/octet-stream');
  expect((await read(form(none, file('x'), none), [1])).bytes.toString()).toBe('x');
  expect((await read(form(none, file('x'), none))).bytes.toString()).toBe('x');
  await expect(read(form(none))).rejects.toEqual(refusal(415, /no file/));
});

test('a file without a name is one', async () => {
  expect((await read(form(file('x', '')))).bytes.toString()).toBe('x');
  await expect(read(form(file('x', ''), file('y', '')))).rejects.toEqual(refusal(415, /several files/));
});

describe('is refused:', () => {
  const large = Buffer.alloc(MAX_ENVELOPE_BYTES, 'x');
  test.each<[string, Buffer, number, RegExp]>([
    ['a form with two files', form(file('x'), file('y')), 415, /several files/],
    ['one with an empty second file that has a name', form(file('x'), file('', 'b')), 415, /several files/],
    ['one without a file', form(field('x')), 415, /no file/],
    ['one without a part', form(), 415, /no file/],
    ['a file in base64', form(file('eA==', 'a', '\r\nContent-Transfer-Encoding: base64')), 415, /in binary/],
    ['a large field', form(field(large), file('x')), 413, /too many bytes besides/],
    ['a large field after the file', form(file('x'), field(large)), 413, /too many bytes besides/],
    [
      'a long preamble',
      Buffer.concat([large, Buffer.from('\r\n'), form(file('x'))]),
      413,
      /too many bytes besides/,
    ],
    ['a long epilogue', Buffer.concat([form(file('x')), large]), 413, /too many bytes besides/],
    ['a long header', form(file('x', large.toString())), 413, /too many bytes besides/],
    ['many headers', form(file('x', 'a', '\r\na: b'.repeat(12_000))), 413, /too many bytes besides/],
    ['many parts', form(...Array.from({ length: 100 }, () => field('x')), file('x')), 413, /too many parts/],
    ['what is no form', Buffer.from('%PDF-1.7'), 400, /not arrive compl/],
  ])('%s', async (_, body, status, message) => {
    for (const size of [100, 65_536, body.length])
      await expect(read(body, [size])).rejects.toEqual(refusal(status, message));
  });

  test.each([
    'multipart/form-data',
    'multipart/form-data; boundary=',
    `multipart/form-data; boundary=${'x'.repeat(71)}`,
  ])('a Content-Type of %s', (type) => {
    expect(() => new FormFile(type, arriving(form(file('x')), [1]))).toThrow(
      'The Content-Type of a form must state its boundary.',
    );
  });
});

test('the boundary may stand in quotes', async () => {
  const { bytes } = await read(form(file('x')), [9], `multipart/form-data; Boundary="${BOUNDARY}"; x=y`);
  expect(bytes.toString()).toBe('x');
});

test('what surrounds a large file does not count its bytes', async () => {
  const content = Buffer.alloc(3_000_000, 'x');
  for (const size of [1000, 65_536, 1_000_000, 4_000_000])
    expect((await read(form(file(content)), [size])).bytes.equals(content)).toBe(true);
});
