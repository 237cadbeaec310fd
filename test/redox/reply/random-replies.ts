/** Replies of all kinds, written as no sensible sender would, and spoilt ones. */
import fc from 'fast-check';

const CONTENTS_NAMES = ['"FileContents"', '"FileCont\\u0065nts"', '"\\u0046ileContents"'];
const OTHER_NAMES = [
  'Media',
  'Meta',
  'FileContent',
  'FileContentsX',
  'fileContents',
  'DocumentID',
  'Patient',
  'Extensions',
  '__proto__',
  'constructor',
  '',
  '"FileContents":"QUJD"',
].map((name) => JSON.stringify(name));

const space = fc.constantFrom('', '', '', ' ', '\n', '\r\n\t ');

/** Every character may be an escape. */
function written(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(text, fc.array(fc.nat(9), { minLength: 1, maxLength: 8 })).map(([text, how]) => {
    const characters = Array.from({ length: text.length }, (_, at) => {
      const one = text.charAt(at);
      const choice = how[at % how.length];
      if (choice === 0) return `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`;
      if (choice === 1 && one === '/') return '\\/';
      // Not by stringify where half a character would become an escape in one place and not in the other.
      return /[\ud800-\udfff]/.test(one) ? one : JSON.stringify(one).slice(1, -1);
    });
    return `"${characters.join('')}"`;
  });
}

const base64 = fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes).toString('base64'));
const brokenIntoLines = fc
  .tuple(base64, fc.constantFrom('\n', '\r\n', ' '))
  .map(([text, end]) => text.replace(/.{1,60}/g, `$&${end}`));
const noBase64 = fc.constantFrom(
  'Base64-encoded file contents',
  'aGk_',
  'aGk',
  '"Media":[{"FileContents":"QUJD"}]',
  '\\',
  '"',
  '\\\\"',
  '\n',
  '0',
  '17',
  'ünïcödé 😀',
);
const uri = fc.constantFrom(
  'https://blob.redoxengine.com/1',
  'HTTP://blob.example/a?b=c#d',
  'urn:uuid:1',
  'https://blob.example/a b',
  'https://blob.example:port/',
  'https:/one',
  'http',
  'urn:',
  'mailto:a@example.org',
  'Impression: nothing of note',
  `${'s'.repeat(31)}:x`,
  's:x',
);
const header = fc.constantFrom(
  ...['data:', 'DATA:', ' data:', 'data:application/pdf', 'data:text/plain;charset=utf-8', 'data:a/b; x=y'],
  ...['data:pdf', 'data: patient seen'],
);
const percentEncoded = fc
  .tuple(fc.uint8Array({ maxLength: 60 }), fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }))
  .map(([bytes, how]) =>
    Array.from(bytes, (byte, at) =>
      how[at % how.length] || byte >= 0x80
        ? `%${byte.toString(16).padStart(2, '0')}`
        : String.fromCharCode(byte),
    ).join(''),
  );
/** As long as may be, and longer by one. */
const long = fc.constantFrom(
  `https://blob.example/${'x'.repeat(1979)}`,
  `https://blob.example/${'x'.repeat(1980)}`,
  `data:a/b;x=${'y'.repeat(1013)},A`,
  `data:a/b;x=${'y'.repeat(1014)},A`,
);
const dataUri = fc.oneof(
  fc.tuple(header, fc.oneof(percentEncoded, noBase64)).map(([header, text]) => `${header},${text}`),
  fc
    .tuple(
      header,
      fc.constantFrom(';base64,', ';BASE64,', '; base64 ,'),
      fc.oneof(base64, brokenIntoLines, noBase64),
    )
    .map((parts) => parts.join('')),
  fc.tuple(header, base64).map(([header, text]) => `${header};base64,${encodeURIComponent(text)}`),
  fc.tuple(header, base64).map(([header, text]) => `${header};base64,${text.replace(/=+$/, '')}`),
  fc.constantFrom(
    'data',
    'data:',
    'data:text/plain;base64',
    'data:text/plain;base64QUJD',
    'Data: none, yet',
    'data:%',
    'data:,%4',
  ),
);
const contents = fc.oneof(
  { weight: 16, arbitrary: written(base64) },
  { weight: 8, arbitrary: written(brokenIntoLines) },
  { weight: 8, arbitrary: written(fc.oneof(noBase64, uri, dataUri, fc.string({ unit: 'grapheme' }))) },
  // Seldom: most replies are cut at every byte, which takes its time.
  { weight: 1, arbitrary: written(long) },
  {
    weight: 4,
    arbitrary: fc.constantFrom('null', '""', '5', '{}', '[]', 'true', '{"FileContents":"QUJD"}', '["QUJD"]'),
  },
);

function listOf(values: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(fc.array(values, { maxLength: 4 }), space)
    .map(([values, space]) => `[${space}${values.join(`,${space}`)}${space}]`);
}

function objectOf(members: fc.Arbitrary<readonly string[]>): fc.Arbitrary<string> {
  return fc
    .tuple(members, space)
    .map(([members, space]) => `{${space}${members.join(`${space},${space}`)}${space}}`);
}

function memberOf(name: fc.Arbitrary<string>, value: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(name, space, value).map(([name, space, value]) => `${name}${space}:${space}${value}`);
}

const contentsName = fc.constantFrom(...CONTENTS_NAMES);
const otherName = fc.constantFrom(...OTHER_NAMES);
const { value } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    contents,
    listOf(tie('value')),
    objectOf(
      fc
        .tuple(
          fc.array(memberOf(otherName, tie('value')), { maxLength: 3 }),
          fc.option(memberOf(contentsName, tie('value'))),
        )
        .map(([others, contents]) => (contents ? [contents, ...others] : others)),
    ),
  ),
}));

const others = fc.array(memberOf(otherName, value), { maxLength: 3 });
const entry = objectOf(
  fc
    .tuple(others, fc.option(memberOf(contentsName, contents)), others)
    .map(([before, contents, after]) => [...before, ...(contents ? [contents] : []), ...after]),
);
const media = memberOf(
  fc.constantFrom('"Media"', '"Medi\\u0061"'),
  fc.oneof({ weight: 4, arbitrary: listOf(entry) }, value),
);
const messageMembers = fc.array(
  memberOf(
    fc.constantFrom('"Meta"', '"Extensions"', '"FileContents"', '"__proto__"'),
    fc.oneof(value, fc.constant('{"Media":[{"FileContents":"QUJD"}],"Logs":[]}')),
  ),
  { maxLength: 3 },
);

/** Well-formed JSON; more often than not a reply. No entry has its FileContents twice; other members may come twice. */
export const replies: fc.Arbitrary<string> = fc
  .tuple(
    objectOf(
      fc
        .tuple(messageMembers, fc.array(media, { minLength: 1, maxLength: 2 }), messageMembers)
        .map((all) => all.flat()),
    ),
    space,
  )
  .map(([message, space]) => `${space}${message}${space}`);

export const cuts = fc.oneof(
  fc.constant([]),
  fc.array(fc.nat(4000), { maxLength: 30 }),
  fc.constant(Array.from({ length: 8000 }, (_, at) => at)),
);

/** Replies of which something was cut out, exchanged, put in or cut off, down to half a character. */
export function spoilt(replies: fc.Arbitrary<string>): fc.Arbitrary<Buffer> {
  return fc
    .tuple(
      replies,
      fc.array(
        fc.tuple(
          fc.nat(),
          fc.nat(3),
          fc.oneof(
            fc.constantFrom('', 'A', 'Q', '-', '\\/', '\\n'),
            fc.constantFrom(
              '',
              '"',
              '\\',
              '{',
              '}',
              '[',
              ']',
              ':',
              ',',
              '\n',
              '\x00',
              '\x1f',
              'null',
              '\\x',
              '=',
              '\uFEFF',
            ),
            fc.constantFrom(
              '"FileContents":',
              '"Media":[',
              '"__proto__":',
              ',"FileContents":"QQ=="',
              '\\u00',
            ),
          ),
        ),
        { minLength: 1, maxLength: 2 },
      ),
      fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, fc.nat()),
    )
    .map(([text, splices, end]) => {
      let bytes = Buffer.from(text);
      for (const [at, length, put] of splices) {
        const from = at % (bytes.length + 1);
        bytes = Buffer.concat([bytes.subarray(0, from), Buffer.from(put), bytes.subarray(from + length)]);
      }
      return end === null ? bytes : bytes.subarray(0, end % (bytes.length + 1));
    });
}

export const spoiltReplies = spoilt(replies);
