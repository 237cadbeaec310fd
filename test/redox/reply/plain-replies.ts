/** Replies as Redox writes them, with here and there a member that deceives a reader who does not count. */
import fc from 'fast-check';
import { spoilt } from './random-replies.ts';

/** As JSON has them, exact or not. */
const number = fc.constantFrom(
  ...['0', '-0', '7', '417.0', '1e2', '1.10', '9007199254740993', '1e400', `1${'0'.repeat(40)}`],
);
const string = fc.oneof(
  fc.constantFrom('"SYN-1"', '"MR"', '""', '" "', '"Media"', '"FileContents"', '"Smith, 3rd: 12"', '"ü"'),
  fc.constantFrom('"\\ud800"', '"\\u0000"', '"\\"FileContents\\":\\"QQ==\\""', '"a\\\\"', '"__proto__"'),
);
const scalar = fc.oneof(
  { weight: 5, arbitrary: string },
  number,
  fc.constantFrom('null', 'true', '{}', '[]'),
);

/** Nearly all are files; some are their numbers, or no files at all. */
const contents = fc.oneof(
  {
    weight: 10,
    arbitrary: fc
      .uint8Array({ maxLength: 90 })
      .map((bytes) => JSON.stringify(Buffer.from(bytes).toString('base64'))),
  },
  fc.constantFrom('"0"', '"1"', '"2"', '"00"', '""', 'null', '0', '"QU\\/JD"', '"data:,0"', '"placeholder"'),
  fc.constantFrom(
    '"https://x/0"',
    '"urn:x:0"',
    '"\\u0068ttps://x"',
    '"http"',
    '"QQ=="',
    '{"FileContents":"0"}',
  ),
);

const identifiers = fc
  .array(fc.tuple(scalar, scalar), { maxLength: 3 })
  .map((all) => `[${all.map(([id, idType]) => `{"ID":${id},"IDType":${idType}}`).join()}]`);

const member = fc.oneof(
  { weight: 4, arbitrary: identifiers.map((list) => `"Patient":{"Identifiers":${list}}`) },
  { weight: 4, arbitrary: scalar.map((value) => `"DocumentID":${value}`) },
  { weight: 2, arbitrary: scalar.map((value) => `"Visit":{"VisitNumber":${value}}`) },
  { weight: 2, arbitrary: scalar.map((value) => `"DocumentType":${value}`) },
  scalar.map((value) => `"FileName":${value}`),
);

/** Each makes another reading possible. */
const deceit = fc.oneof(
  contents.map((value) => `"FileContents":${value}`),
  contents.map((value) => `"FileContents" : ${value}`),
  contents.map((value) => `"Extensions":{"FileContents":${value}}`),
  contents.map((value) => `"\\u0046ileContents":${value}`),
  contents.map((value) => `"FileContent\\u0073" :${value}`),
  contents.map((value) => `"x\\"FileContents":${value}`),
  contents.map((value) => `"Extensions":[{"Media":[{"FileContents":${value}}]}]`),
  contents.map((value) => `"__proto__":{"FileContents":${value}}`),
  fc.constantFrom('"x":"FileContents"', '"FileContents":"0"', '"x":[["FileContents"]]', '"X":-0'),
);

const entry = fc
  .tuple(
    fc.array(member, { maxLength: 4 }),
    fc.option(contents, { freq: 8 }),
    fc.oneof({ weight: 12, arbitrary: fc.constant('"FileType":"PDF"') }, deceit),
    fc.boolean(),
  )
  .map(([members, contents, deceit, isFirst]) => {
    const own = contents === null ? [] : [`"FileContents":${contents}`];
    return `{${(isFirst ? [deceit, ...own, ...members] : [...members, ...own, deceit]).join()}}`;
  });

const meta = fc
  .tuple(
    fc.oneof(
      { weight: 8, arbitrary: fc.constant('"Test":true') },
      scalar.map((value) => `"Errors":${value}`),
    ),
    fc.oneof(
      { weight: 8, arbitrary: fc.constant('"Transmission":{"ID":12414}') },
      scalar.map((value) => `"IsIncomplete":${value}`),
    ),
    scalar,
  )
  .map(
    ([errors, incomplete, logId]) => `{"DataModel":"Media",${errors},${incomplete},"Logs":[{"ID":${logId}}]}`,
  );

const list = fc
  .array(fc.oneof({ weight: 20, arbitrary: entry }, fc.constantFrom('null', '{}', '7', '[]')), {
    maxLength: 5,
  })
  .map((entries) => `[${entries.join()}]`);

/** Behind the list, or in front of it. */
const more = fc.oneof(
  { weight: 12, arbitrary: fc.constant('"X":1') },
  list.map((media) => `"Media":${media}`),
  list.map((media) => `"Medi\\u0061":${media}`),
  contents.map((value) => `"FileContents":${value}`),
  fc.constant(`"X":${'['.repeat(40)}-0${']'.repeat(40)}`),
);

export const plainReplies: fc.Arbitrary<string> = fc
  .tuple(meta, list, more, fc.boolean(), fc.constantFrom('', '', '', '', '\uFEFF', ' '))
  .map(([meta, media, more, isBehind, before]) => {
    const [first, last] = isBehind ? ['"Y":""', more] : [more, '"Y":""'];
    return `${before}{"Meta":${meta},${first},"Media":${media},${last}}`;
  });

export const spoiltPlainReplies: fc.Arbitrary<Buffer> = spoilt(plainReplies);
