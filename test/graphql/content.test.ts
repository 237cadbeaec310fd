/** The file itself: its bytes as sent, up to the size asked for; null or an error where there is none. */
import { hash } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BLOB_URI, PLACEHOLDER_CONTENTS } from '../../sandbox/charts/edge-patients.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { chartDocument } from '../support/own-chart.ts';

let gateway: TestGateway;
/** What FileContents holds next, under which FileType. */
let sent: { fileContents: string | null | undefined; fileType: string | null } = {
  fileContents: null,
  fileType: null,
};
beforeAll(async () => {
  gateway = await startTestGateway({
    charts: [],
    answer: ({ documentIds }) => [chartDocument('a', { ...sent, documentId: documentIds?.[0] })],
  });
});
afterAll(() => gateway.close());

const CONTENT = 'content { mediaType byteLength sha256 base64 }';
async function askMedia(
  selection: string,
  fileContents: string | null | undefined,
  fileType: string | null = 'TXT',
) {
  sent = { fileContents, fileType };
  const { data, errors } = await gateway.ask<{ media: Record<string, unknown> }>(
    `{ media(documentId: "doc") { ${selection} } }`,
  );
  return { media: data?.media, errors };
}

describe('content is', () => {
  test.each<[string, string | null | undefined, unknown]>([
    ['null when there are no contents', null, { content: null, contentReference: null }],
    ['null when the member is missing', undefined, { content: null, contentReference: null }],
    ['null when they are empty', '', { content: null, contentReference: null }],
    ['null beside a reference to an uploaded file', BLOB_URI, { content: null, contentReference: BLOB_URI }],
    [
      'null beside a URN',
      'urn:uuid:7c0f2f4e-0000-4000-8000-000000000000',
      { content: null, contentReference: 'urn:uuid:7c0f2f4e-0000-4000-8000-000000000000' },
    ],
  ])('%s', async (_, fileContents, expected) => {
    expect(await askMedia(`${CONTENT} contentReference`, fileContents)).toEqual({
      media: expected,
      errors: [],
    });
  });

  test.each([
    ['placeholder text', PLACEHOLDER_CONTENTS],
    ['blanks', '    '],
    ['a line break', '\n'],
    ['words without blanks', 'Base64-encoded_file_contents'],
    ['base64 of two alphabets', 'aGk_aGk/'],
    ['base64 that was cut', 'aGVsbG9'],
    ['base64 with something behind', 'aGk=aGk='],
    ['text that begins like a URI', 'Impression: nothing of note'],
    ['a URI that is none of the web', 'file:///etc/passwd'],
    ['a URI with blanks', 'https://blob.example/a b'],
    ['a URI of more than 2 kB', `https://blob.example/${'x'.repeat(2000)}`],
    ['a data URI that is broken', 'data:text/plain;base64,aGk*'],
    ['a data URI without its comma', 'data:text/plain;base64'],
  ])('an error at its own field for %s', async (_, fileContents) => {
    const { media, errors } = await askMedia(`documentId ${CONTENT} contentReference`, fileContents);
    expect(media).toEqual({ documentId: 'doc', content: null, contentReference: null });
    expect(errors).toEqual([
      {
        message: 'The destination sent file contents that cannot be decoded.',
        path: ['media', 'content'],
        locations: [expect.anything()],
        extensions: { code: 'CONTENT_UNDECODABLE', retryable: false },
      },
    ]);
  });

  test.each([
    ['aGVsbG8', 'hello'],
    ['aGk_', 'hi?'],
    ['aGk_aGk', 'hi?hi'],
    ['data:text/plain;base64,aGk_', 'hi?'],
  ])('a file for %s, which encoders write, too', async (fileContents, text) => {
    const { media, errors } = await askMedia('content { base64 }', fileContents);
    expect([media, errors]).toEqual([{ content: { base64: Buffer.from(text).toString('base64') } }, []]);
  });

  test('the bytes that were sent, whatever they are and however the base64 was broken into lines', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 200 }),
        fc.boolean(),
        async (array, broken) => {
          const bytes = Buffer.from(array);
          const base64 = bytes.toString('base64');
          const { media, errors } = await askMedia(
            CONTENT,
            broken ? base64.replace(/.{1,60}/g, '$&\r\n') : base64,
          );
          expect(errors).toEqual([]);
          expect(media?.['content']).toEqual({
            mediaType: 'text/plain',
            byteLength: bytes.length,
            sha256: hash('sha256', bytes),
            base64,
          });
        },
      ),
      { numRuns: 40 },
    );
  });

  test.each([
    ['in base64', 'data:text/markdown;base64,IyBIw6RsbG8='],
    ['in base64 without padding', 'data:text/markdown;charset=utf-8;base64,IyBIw6RsbG8'],
    ['percent-encoded', 'data:text/markdown;charset=utf-8,%23%20H%C3%A4llo'],
    ['as it is', 'data:text/markdown,# Hällo'],
  ])('the file of a data URI, %s, and it is no reference', async (_, uri) => {
    const bytes = Buffer.from('# Hällo');
    const content = {
      byteLength: bytes.length,
      sha256: hash('sha256', bytes),
      base64: bytes.toString('base64'),
    };
    expect(await askMedia(`${CONTENT} contentReference`, uri, null)).toEqual({
      media: { content: { ...content, mediaType: 'text/markdown' }, contentReference: null },
      errors: [],
    });
    const labelled = await askMedia('content { mediaType }', uri, 'TXT');
    expect(labelled.media).toEqual({ content: { mediaType: 'text/plain' } });
  });

  test.each([
    ['application/octet-stream', 'when nothing tells', null, '\0x'],
    ['application/octet-stream', 'when the label is unknown', 'SCAN9', '\0x'],
    ['text/plain', 'when all that tells is that it is text', 'SCAN9', 'x'],
    ['image/jpeg', 'from the label, where no signature contradicts it', 'jpg', 'x'],
    ['application/pdf', 'from an unmistakable signature, whatever the label', 'jpg', '%PDF-1.7\n'],
    ['application/pdf', 'from the bytes, when there is no label', null, '%PDF-1.7\n'],
  ])('of the type %s %s', async (mediaType, _, fileType, text) => {
    const { media } = await askMedia('content { mediaType }', Buffer.from(text).toString('base64'), fileType);
    expect(media).toEqual({ content: { mediaType } });
  });
});

describe('base64 of a file of 9 bytes', () => {
  const nine = Buffer.from('synthetic').toString('base64');
  test.each([
    ['maxBytes: 9', nine, null],
    ['maxBytes: 8', null, 'CONTENT_TOO_LARGE'],
    ['maxBytes: 0', null, 'CONTENT_TOO_LARGE'],
    ['maxBytes: 10485760', nine, null],
    ['maxBytes: 10485761', null, 'BAD_USER_INPUT'],
    ['maxBytes: 2147483647', null, 'BAD_USER_INPUT'],
    ['maxBytes: null', nine, null],
    ['maxBytes: -1', null, 'BAD_USER_INPUT'],
  ])('with %s', async (args, base64, code) => {
    const { media, errors } = await askMedia(`content { byteLength base64(${args}) }`, nine);
    expect(media).toEqual({ content: { byteLength: 9, base64 } });
    expect(errors.map(({ path, extensions }) => [path, extensions.code])).toEqual(
      code ? [[['media', 'content', 'base64'], code]] : [],
    );
    const asUri = await askMedia(`content { byteLength base64(${args}) }`, `data:text/plain;base64,${nine}`);
    expect(asUri).toEqual({ media, errors });
    if (code === 'BAD_USER_INPUT') expect(errors[0]?.extensions['argument']).toBe('maxBytes');
  });

  test('is given up to a million bytes by default', async () => {
    for (const [length, code] of [
      [1_000_000, undefined],
      [1_000_001, 'CONTENT_TOO_LARGE'],
    ] as const) {
      const { media, errors } = await askMedia(
        'content { byteLength base64 }',
        Buffer.alloc(length).toString('base64'),
      );
      expect(media?.['content']).toMatchObject({
        byteLength: length,
        base64: code ? null : expect.any(String),
      });
      expect(errors[0]?.extensions.code).toBe(code);
    }
  });
});
