/** A file by its link: the bytes, what is said of them, and parts of them; from memory, or by one call of Redox each time. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { chartDocument } from '../../support/own-chart.ts';
import { download, linkTo, sha256Of, someBytes } from './links.ts';

const SMALL = someBytes(5000);
const LARGE = someBytes(5_300_000, 2);
const base64 = (bytes: Buffer) => bytes.toString('base64');

describe.each<[string, string, number]>([
  ['from memory', '134217728', 0],
  ['by a call of Redox', '0', 1],
])('%s', (_, fileBytes, callsEach) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    const text = (value: string) => base64(Buffer.from(value));
    gateway = await startTestGateway(
      {
        charts: [
          chartDocument('a', { documentId: 'small', fileType: 'PDF', fileContents: base64(SMALL) }),
          chartDocument('a', { documentId: 'large', fileType: 'MP4', fileContents: base64(LARGE) }),
          chartDocument('a', {
            documentId: 'lines',
            fileContents: base64(SMALL).replace(/.{60}/g, '$&\r\n'),
          }),
          chartDocument('a', { documentId: 'empty', fileContents: 'data:,' }),
          chartDocument('a', { documentId: 'blank', fileContents: '    ' }),
          chartDocument('a', {
            documentId: 'uri',
            fileContents: `data:application/pdf;base64,${base64(SMALL)}`,
          }),
          chartDocument('a', {
            documentId: 'large-uri',
            fileContents: `data:video/mp4;base64,${base64(LARGE)}`,
          }),
          chartDocument('a', {
            documentId: 'percent-uri',
            fileContents: `data:,${LARGE.toString('hex').replace(/../g, '%$&')}`,
          }),
          chartDocument('a', {
            documentId: 'html-uri',
            fileType: null,
            fileContents: 'data:text/html,<script>alert(1)</script>',
          }),
          chartDocument('a', {
            documentId: 'late-umlaut',
            fileContents: base64(Buffer.from(`${'a'.repeat(1_200_000)}Ü`, 'latin1')),
          }),
          chartDocument('a', {
            documentId: 'cut-umlauts',
            fileContents: base64(Buffer.from(`a${'Ü'.repeat(600_000)}`)),
          }),
          chartDocument('a', {
            documentId: 'stated-charset',
            fileType: null,
            fileContents: 'data:text/plain;charset=iso-8859-15,%A4',
          }),
          chartDocument('a', { documentId: 'html', fileType: 'HTML', fileContents: text('hello') }),
          chartDocument('a', { documentId: 'svg', fileType: 'image/svg+xml', fileContents: text('x') }),
          chartDocument('a', { documentId: 'xml', fileType: 'XML', fileContents: text('x') }),
          chartDocument('a', {
            documentId: 'no-pdf',
            fileType: 'PDF',
            fileContents: text('\ufeff \n<script>alert(1)</script>'),
          }),
          chartDocument('a', {
            documentId: 'utf16',
            fileType: 'JPG',
            fileContents: base64(Buffer.from('\ufeff<svg onload="alert(1)">', 'utf16le')),
          }),
          chartDocument('a', { documentId: 'name', fileType: 'TXT', fileName: 'Böse"\r\n\u202e/../datei' }),
          chartDocument('a', { documentId: 'unknown', fileType: null, fileContents: base64(SMALL) }),
          chartDocument('', { documentId: null, identifiers: [], visitNumber: 'V-nobody' }),
          ...[4, 5, 6].map((seed) =>
            chartDocument('b', { documentId: null, fileContents: base64(someBytes(3_000_000, seed)) }),
          ),
        ],
      },
      { RECENT_FILE_BYTES: fileBytes },
    );
  });
  afterAll(() => gateway.close());

  test.each(['small', 'large', 'lines', 'empty', 'uri', 'large-uri', 'percent-uri'])(
    '%s comes byte for byte',
    async (id) => {
      const link = await linkTo(gateway, id);
      let got: Awaited<ReturnType<typeof download>> | undefined;
      const calls = await gateway.countCalls(async () => {
        got = await download(link.url);
      });
      expect(calls).toBe(callsEach);
      expect(got?.status).toBe(200);
      expect(got?.bytes.length).toBe(link.byteLength);
      expect(sha256Of(got?.bytes ?? Buffer.alloc(0))).toBe(link.sha256);
      expect(gateway.redox.calls.at(-1)?.query).toMatchObject({ DocumentIDs: [id] });
    },
  );

  test('of documents without a DocumentID each comes by its own link, though Redox can only be asked for all', async () => {
    const query = `{ patient(identifiers: { value: "SYN-b", idType: "MR" }) { media { nodes { content { url sha256 } } } } }`;
    const { data } = await gateway.ask<{
      patient: { media: { nodes: { content: { url: string; sha256: string } }[] } };
    }>(query);
    const files = data?.patient.media.nodes.map(({ content }) => content) ?? [];
    expect(new Set(files.map(({ sha256 }) => sha256)).size).toBe(3);
    for (const { url, sha256 } of files) expect(sha256Of((await download(url)).bytes)).toBe(sha256);
  });

  test('without anything but a visit, too', async () => {
    const { data } = await gateway.ask<{ visit: { media: { nodes: [{ content: { url: string } }] } } }>(
      '{ visit(visitNumber: "V-nobody") { media { nodes { content { url } } } } }',
    );
    const { status, bytes } = await download(data?.visit.media.nodes[0].content.url ?? '');
    expect([status, bytes.toString()]).toEqual([200, 'synthetic file of ']);
  });

  test('what is said of a file', async () => {
    const { url, sha256 } = await linkTo(gateway, 'small');
    const { headers } = await download(url);
    const said = Object.fromEntries(headers);
    expect(said).toMatchObject({
      'accept-ranges': 'bytes',
      'cache-control': 'private, no-store',
      'content-disposition': 'inline; filename=document.pdf',
      'content-length': '5000',
      'content-security-policy': 'sandbox',
      'content-type': 'application/pdf',
      'cross-origin-resource-policy': 'cross-origin',
      etag: `"${sha256}"`,
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
  });

  describe('a name and a type are made safe', () => {
    test.each([
      ['html', '', 'application/octet-stream', 'attachment; filename=document.html'],
      ['html-uri', '', 'application/octet-stream', 'attachment; filename=document.html'],
      ['svg', '', 'application/octet-stream', 'attachment; filename=document.svg'],
      ['xml', '', 'application/octet-stream', 'attachment; filename=document.xml'],
      ['no-pdf', '', 'application/octet-stream', 'attachment; filename=document.pdf'],
      ['utf16', '', 'application/octet-stream', 'attachment; filename=document.jpg'],
      ['small', '(download: true)', 'application/pdf', 'attachment; filename=document.pdf'],
      ['small', '(download: null, expiresIn: null)', 'application/pdf', 'inline; filename=document.pdf'],
      [
        'name',
        '',
        'text/plain; charset=utf-8',
        `inline; filename="B?se_.._datei.txt"; filename*=UTF-8''B%C3%B6se_.._datei.txt`,
      ],
      ['unknown', '', 'application/octet-stream', 'inline; filename=document.bin'],
      // The first byte that is no UTF-8 is the last one of the file.
      ['late-umlaut', '', 'text/plain; charset=windows-1252', 'inline; filename=document.txt'],
      // Whatever pieces the file comes in, some end in the middle of a letter.
      ['cut-umlauts', '', 'text/plain; charset=utf-8', 'inline; filename=document.txt'],
      ['stated-charset', '', 'text/plain; charset=iso-8859-15', 'inline; filename=document.txt'],
    ])('of %s%s', async (id, args, type, disposition) => {
      const { headers, status } = await download((await linkTo(gateway, id, args)).url);
      expect([status, headers.get('content-type'), headers.get('content-disposition')]).toEqual([
        200,
        type,
        disposition,
      ]);
    });
  });

  describe('parts', () => {
    test.each<[string, string, string, number, number]>([
      ['small', 'bytes=0-99', 'bytes 0-99/5000', 0, 100],
      ['small', 'bytes=4990-', 'bytes 4990-4999/5000', 4990, 5000],
      ['small', 'bytes=-1', 'bytes 4999-4999/5000', 4999, 5000],
      ['small', 'bytes=4990-9999', 'bytes 4990-4999/5000', 4990, 5000],
      ['large', 'bytes=0-0', 'bytes 0-0/5300000', 0, 1],
      ['large', 'bytes=1048570-1048580', 'bytes 1048570-1048580/5300000', 1_048_570, 1_048_581],
      ['large-uri', 'bytes=1048570-1048580', 'bytes 1048570-1048580/5300000', 1_048_570, 1_048_581],
      ['percent-uri', 'bytes=3000000-', 'bytes 3000000-5299999/5300000', 3_000_000, 5_300_000],
      ['large', 'bytes=3000000-', 'bytes 3000000-5299999/5300000', 3_000_000, 5_300_000],
    ])('of %s: %s', async (id, range, contentRange, from, to) => {
      const { url } = await linkTo(gateway, id);
      const { status, headers, bytes } = await download(url, { range });
      expect([status, headers.get('content-range'), headers.get('content-length')]).toEqual([
        206,
        contentRange,
        String(to - from),
      ]);
      expect(bytes.equals((id === 'small' ? SMALL : LARGE).subarray(from, to))).toBe(true);
    });

    test.each(['bytes=5-1', 'pages=1-2', 'bytes=0-1,5-6', 'bytes=x', '', 'bytes=-'])(
      'asked for as %s, which makes no sense or is several, are the whole',
      async (range) => {
        const { status, bytes } = await download((await linkTo(gateway, 'small')).url, { range });
        expect([status, bytes.length]).toEqual([200, 5000]);
      },
    );

    test('behind the end are refused, at no call', async () => {
      const { url } = await linkTo(gateway, 'small');
      const calls = await gateway.countCalls(async () => {
        const { status, headers } = await download(url, { range: 'bytes=5000-' });
        expect([status, headers.get('content-range')]).toEqual([416, 'bytes */5000']);
      });
      expect(calls).toBe(0);
    });

    test('of a file that the caller has other parts of, only if it is still that one', async () => {
      const { url, sha256 } = await linkTo(gateway, 'small');
      const part = (ifRange: string) => download(url, { range: 'bytes=0-9', 'if-range': ifRange });
      expect((await part(`"${sha256}"`)).status).toBe(206);
      for (const other of ['"other"', `W/"${sha256}"`, 'Thu, 26 Nov 2026 10:00:00 GMT'])
        expect((await part(other)).status).toBe(200);
    });
  });

  describe('without the bytes', () => {
    test('HEAD says the same', async () => {
      const { url } = await linkTo(gateway, 'small');
      const [head, whole] = [await download(url, {}, 'HEAD'), await download(url)];
      const said = ({ headers }: typeof head) =>
        [...headers].filter(([name]) => !/^(?:date|connection|keep-alive)$/.test(name));
      expect([head.status, head.bytes.length]).toEqual([200, 0]);
      expect(said(head)).toEqual(said(whole));
    });

    test.each(['bytes=0-9', 'bytes=5000-', 'bytes=-0'])(
      'HEAD has no parts: it ignores Range: %s',
      async (range) => {
        const { url, sha256 } = await linkTo(gateway, 'small');
        for (const ifRange of [{}, { 'if-range': `"${sha256}"` }]) {
          const { status, headers } = await download(url, { range, ...ifRange }, 'HEAD');
          expect([status, headers.get('content-length'), headers.get('content-range')]).toEqual([
            200,
            '5000',
            null,
          ]);
        }
      },
    );

    test.each(['*', 'W/"x", "SHA"', '"SHA"'])('who has it already (%s) is told so', async (tags) => {
      const { url, sha256 } = await linkTo(gateway, 'small');
      const { status, headers, bytes } = await download(url, {
        'if-none-match': tags.replace('SHA', sha256),
      });
      expect([status, headers.get('etag'), bytes.length]).toEqual([304, `"${sha256}"`, 0]);
    });

    test.each(['bytes=0-9', 'bytes=5000-'])(
      'who has it already is told so before a part is looked for: %s',
      async (range) => {
        const { url, sha256 } = await linkTo(gateway, 'small');
        const conditions = { 'if-none-match': `"${sha256}"`, 'if-range': `"${sha256}"` };
        for (const method of ['GET', 'HEAD']) {
          const { status, headers, bytes } = await download(url, { range, ...conditions }, method);
          expect([status, headers.get('content-range'), bytes.length]).toEqual([304, null, 0]);
        }
      },
    );

    test.each(['"x"', 'W/"SHA"', '"x", "y"'])(
      'who wants no other than %s gets none, at no call, whatever else is asked',
      async (tags) => {
        const { url, sha256 } = await linkTo(gateway, 'small');
        const conditions = { 'if-match': tags.replace('SHA', sha256), 'if-none-match': '*' };
        const calls = await gateway.countCalls(async () => {
          for (const method of ['GET', 'HEAD'])
            expect((await download(url, { ...conditions, range: 'bytes=5000-' }, method)).status).toBe(412);
        });
        expect(calls).toBe(0);
      },
    );

    test.each(['*', '"SHA"', 'W/"x", "SHA"'])('who wants no other than %s gets this one', async (tags) => {
      const { url, sha256 } = await linkTo(gateway, 'small');
      const ifMatch = { 'if-match': tags.replace('SHA', sha256) };
      expect((await download(url, ifMatch)).status).toBe(200);
      expect((await download(url, { ...ifMatch, range: 'bytes=0-9' })).status).toBe(206);
    });

    test('who has another one gets this', async () => {
      const { url } = await linkTo(gateway, 'small');
      expect((await download(url, { 'if-none-match': '"x"' })).status).toBe(200);
    });
  });
});
