/** Whatever a file holds and is called, no browser runs it, and no system runs what it is saved as. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isHarmlessEnding } from '../../src/files/endings.ts';
import { readFileKind } from '../../src/files/file-kind.ts';
import { nameFile } from '../../src/files/file-name.ts';
import { CASES } from '../support/cases.ts';
import { FILES } from './made-files.ts';

/** The JavaScript types of the WHATWG's MIME Sniffing Standard (§4.6), and other types that browsers run or apply. */
const RUN = [
  ...[
    'application/ecmascript',
    'application/javascript',
    'application/x-ecmascript',
    'application/x-javascript',
  ],
  ...[
    'text/ecmascript',
    'text/javascript',
    'text/x-ecmascript',
    'text/x-javascript',
    'text/jscript',
    'text/livescript',
  ],
  ...['1.0', '1.1', '1.2', '1.3', '1.4', '1.5'].map((version) => `text/javascript${version}`),
  ...[
    'text/html',
    'application/xhtml+xml',
    'image/svg+xml',
    'text/xml',
    'application/xml',
    'application/rss+xml',
  ],
  ...[
    'text/xsl',
    'application/xslt+xml',
    'application/mathml+xml',
    'multipart/x-mixed-replace',
    'multipart/related',
  ],
  ...[
    'message/rfc822',
    'text/css',
    'text/vbscript',
    'application/wasm',
    'text/cache-manifest',
    'application/hta',
  ],
  ...[
    'application/signed-exchange',
    'application/x-xpinstall',
    'application/x-shockwave-flash',
    'application/x-mimearchive',
  ],
];
const LABELS = [
  'HTML',
  'HTM',
  'XHTML',
  'SVG',
  'SVGZ',
  'XML',
  'JS',
  'MJS',
  'CJS',
  'CSS',
  'XSL',
  'MHT',
  'MHTML',
  'SWF',
  'WASM',
];
const HARMLESS = ['PDF', 'JPG', 'TXT', 'WAV', 'BIN', 'image/png', 'text/plain', 'application/octet-stream'];

const writtenAnyhow = (text: string) =>
  fc
    .tuple(
      fc.constantFrom('', ' ', '.'),
      fc.constantFrom('', ' ', ';', '; charset=utf-7', ';charset="x'),
      fc.boolean(),
    )
    .map(([before, after, isUpper]) => before + (isUpper ? text.toUpperCase() : text) + after);
const declared = fc.option(
  fc.oneof(
    fc.constantFrom(...RUN, ...LABELS, ...HARMLESS).chain(writtenAnyhow),
    fc.string({ maxLength: 30 }),
  ),
);
const markup = fc
  .tuple(
    fc.constantFrom('', '\n', '\ufeff', ' \t\r\n', '\0'),
    fc.constantFrom(
      '<script>alert(1)</script>',
      '<!doctype html>',
      '<svg onload="alert(1)">',
      '<?xml version="1.0"?>',
      '<!--',
    ),
    fc.constantFrom<BufferEncoding>('utf8', 'utf16le', 'latin1'),
  )
  .map(([before, tag, encoding]) => Buffer.from(before + tag, encoding));
const head = fc
  .tuple(
    fc.oneof(
      fc.constantFrom(...Object.values(FILES)).map((make) => make().subarray(0, 4100)),
      markup,
      fc.constant(Buffer.alloc(0)),
    ),
    fc.uint8Array({ maxLength: 40 }),
  )
  .map(([start, rest]) => Buffer.concat([start, rest]));

const SERVED_FOR_SURE =
  /^(?:(?:image|audio|video|font|model|haptics|chemical)\/(?!.*xml)[\w!#$&^.+-]+|application\/(?!.*(?:html|[+/]xml|(?<!post)script))[\w!#$&^.+-]+|text\/(?:plain|csv|tab-separated-values|markdown|vcard|x-vcard|calendar|vtt|rtf); charset=[\w.:+-]+)$/;

/** A lone `<`, or one before a digit, begins no tag (HTML §13.2.5.6, XML §2.3): a note may begin so. */
const BEGINS_WITH_A_TAG = /^[\s\0\xef\xbb\xbf\xfe\xff]*<\0*[a-z_:!?/\x80-\xff]/i;

test('no file is served as what browsers run, and none that begins with a tag is shown', async () => {
  await fc.assert(
    fc.asyncProperty(declared, declared, head, fc.option(fc.boolean()), async (one, other, head, isUtf8) => {
      const kind = await readFileKind({ declared: one, stated: other, head, isUtf8 });
      expect(kind.servedType).toMatch(SERVED_FOR_SURE);
      expect(RUN).not.toContain(kind.servedType.split(';')[0]);
      const isTag = BEGINS_WITH_A_TAG.test(head.toString('latin1'));
      if (isTag || RUN.includes(kind.mediaType)) {
        const isPlain = kind.servedType.startsWith('text/plain;') && !isTag;
        if (!isPlain) expect([kind.servedType, kind.isInline]).toEqual(['application/octet-stream', false]);
      }
    }),
    { numRuns: CASES },
  );
});

const SCRIPTS = [Buffer.from('alert(1)'), Buffer.from('/*'), Buffer.from([0, 1, 2]), Buffer.alloc(0)];

test.each([...RUN, ...LABELS])(
  '%s is saved as bytes, or shown as plain text, by each way to state it',
  async (type) => {
    for (const head of SCRIPTS) {
      for (const isStated of [true, false]) {
        const kind = await readFileKind({
          declared: isStated ? null : `${type}; charset=utf-8`,
          stated: isStated ? type : null,
          head,
          isUtf8: null,
        });
        const isPlain = type.toLowerCase().endsWith('css') && kind.servedType.startsWith('text/plain;');
        if (!isPlain) expect([kind.servedType, kind.isInline]).toEqual(['application/octet-stream', false]);
      }
    }
  },
);

test('a name keeps no ending that systems run', async () => {
  const endings = fc.constantFrom(
    'exe',
    'EXE',
    'js',
    'html',
    'lnk',
    'bat',
    'com',
    'hta',
    'svg',
    'scr',
    'ps1',
    'vbs',
    'pdf',
    '2026',
    'x y',
  );
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: 'binary', maxLength: 150 }),
      endings,
      head,
      async (start, ending, head) => {
        const kind = await readFileKind({ declared: 'PDF', stated: null, head, isUtf8: null });
        const name = nameFile(`${start}.${ending}`, kind);
        const [, last = ''] = /\.([^.]+)$/.exec(name) ?? [];
        expect([last, isHarmlessEnding(last.toLowerCase())]).toEqual([last, true]);
        expect(name).toBe(name.replace(/[\p{Cc}\p{Cf}/\\:*?"<>|]/gu, ''));
      },
    ),
    { numRuns: CASES },
  );
});

test.each([
  ['Befund 12.03.2026', 'PDF', 'Befund 12.03.2026.pdf'],
  ['Dr. Müller', 'PDF', 'Dr. Müller.pdf'],
  ['Brief v2', 'PDF', 'Brief v2.pdf'],
  ['scan.PDF', 'PDF', 'scan.PDF'],
  ['photo.jpeg', 'JPG', 'photo.jpeg'],
  ['memo', 'MP3', 'memo.mp3'],
  ['memo', 'AAC', 'memo.aac'],
  ['clip', 'MOV', 'clip.mov'],
  ['memo', 'OGG', 'memo.ogg'],
  ['labor', 'HL7', 'labor.hl7'],
  ['labor.hl7', 'HL7', 'labor.hl7'],
  ['ecg', 'SCP', 'ecg.scp'],
  ['setup', 'PS1', 'setup.txt'],
  ['setup', 'HTA', 'setup.txt'],
  ['invoice.pdf.exe', 'TXT', 'invoice.pdf.exe.txt'],
  ['a.html', 'TXT', 'a.html.txt'],
  ['a.html', 'HTML', 'a.html'],
  ['a.js', 'JS', 'a.js.txt'],
  ['a', 'application/x-javascript', 'a.txt'],
  ['setup.exe', 'application/x-msdownload', 'setup.exe.bin'],
  ['setup.sh', 'application/x-sh', 'setup.sh.bin'],
  ['run.jar', 'JAR', 'run.jar.bin'],
  ['desktop.ini', 'TXT', 'desktop.ini.txt'],
  ['desktop.ini', 'PDF', 'desktop.ini.pdf'],
  ['lab', 'IQY', 'lab.txt'],
  ['lab.slk', 'application/octet-stream', 'lab.slk.txt'],
  ['install', 'terminal', 'install.txt'],
  ['open me', 'fileloc', 'open me.txt'],
  ['scan.bin', 'PDF', 'scan.bin.pdf'],
  ['scan', 'unknown', 'scan.txt'],
  ['', 'TXT', 'document.txt'],
  [null, 'application/fhir+json', 'document.json'],
  ['🫀'.repeat(70), 'TXT', `${'🫀'.repeat(60)}.txt`],
])('%j with the label %s is saved as %s', async (fileName, declared, expected) => {
  const kind = await readFileKind({ declared, stated: null, head: Buffer.from('synthetic'), isUtf8: true });
  expect(nameFile(fileName, kind)).toBe(expected);
});
