/** Replies read while they arrive: the same as read at once, whatever is in them and however they are cut. */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { fingerprintOf } from '../../../src/media/model/item.ts';
import type { MediaMessage } from '../../../src/redox/messages.ts';
import { RedoxError } from '../../../src/redox/redox-error.ts';
import { KEEP_ALL } from '../../../src/redox/reply/contents.ts';
import { ReplyReader } from '../../../src/redox/reply/reply-reader.ts';
import { finishAtOnce } from '../../../src/time-slices.ts';
import { CASES } from '../../support/cases.ts';
import { cuts, replies, spoiltReplies } from './random-replies.ts';
import { parseContents, plainContents, readReply } from './read-reply.ts';

const contentsIn = ({ items }: MediaMessage) => items.map(({ contents }) => plainContents(contents));
const contentsOf = (body: string) => contentsIn(readReply(body));

const outcomeOf = (
  body: string | Buffer,
  ...how: [typeof KEEP_ALL, readonly number[]]
): MediaMessage | string => {
  try {
    return readReply(body, ...how);
  } catch (error) {
    if (error instanceof RedoxError) return error.code;
    throw error;
  }
};

test('any reply has the contents that JSON.parse finds in it, however it is cut', () => {
  fc.assert(
    fc.property(replies, cuts, (text, cuts) => {
      const outcome = outcomeOf(text, KEEP_ALL, cuts);
      if (outcome === 'UPSTREAM_REJECTED') return;
      const isReply = /^\s*\{/.test(text) && mediaIsReadable(text);
      expect(typeof outcome === 'string' ? outcome : contentsIn(outcome)).toEqual(
        isReply ? parseContents(text) : 'UPSTREAM_PROTOCOL',
      );
    }),
    { numRuns: CASES },
  );
});

/** Whatever blocks the bytes are kept in. */
function plainOutcome(outcome: MediaMessage | string): unknown {
  if (typeof outcome === 'string') return outcome;
  return outcome.items.map((item) => ({ ...item, contents: plainContents(item.contents) }));
}

function mediaIsReadable(text: string): boolean {
  const message: { Media?: unknown; Meta?: unknown } = JSON.parse(text);
  if (!Object.hasOwn(message, 'Media') || message.Media === null) {
    return Object.hasOwn(message, 'Meta') && isObject(message.Meta);
  }
  if (isObject(message.Media)) return true;
  return Array.isArray(message.Media) && message.Media.every((one) => one === null || isObject(one));
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

test('spoilt replies are data or a fault, the same in every mode and however they are cut', () => {
  let read = 0;
  fc.assert(
    fc.property(spoiltReplies, cuts, (bytes, cuts) => {
      const outcome = outcomeOf(bytes, KEEP_ALL, []);
      const skipped = outcomeOf(bytes, 'skip', cuts);
      expect(plainOutcome(outcomeOf(bytes, KEEP_ALL, cuts))).toEqual(plainOutcome(outcome));
      if (typeof outcome === 'string') {
        expect(['UPSTREAM_PROTOCOL', 'UPSTREAM_REJECTED']).toContain(outcome);
        expect(skipped).toBe(outcome);
        return;
      }
      read += 1;
      expect(typeof skipped === 'string' ? skipped : skipped.items.map(fingerprintOf)).toEqual(
        outcome.items.map(fingerprintOf),
      );
      // Nothing but the inside of strings may be other than JSON.
      const text = new TextDecoder().decode(bytes);
      expect(() => JSON.parse(text.replace(/"(?:[^"\\]|\\.)*"/gs, '""'))).not.toThrow();
    }),
    { numRuns: CASES },
  );
  expect(read).toBeGreaterThan(CASES / 20);
});

describe('FileContents', () => {
  const file = (text: string) => ({
    byteLength: text.length,
    bytes: Buffer.from(text),
    sha256: expect.anything(),
  });

  it.each([
    ['names written as escapes', '{"M\\u0065dia":[{"\\u0046ileContent\\u0073":"QUJD"}]}', [file('ABC')]],
    ['spaces everywhere', ' { "Media"\n:\t[ { "FileContents" :\r\n "QUJD" } ] } ', [file('ABC')]],
    [
      'escapes in base64',
      '{"Media":[{"FileContents":"\\u0051U\\/+\\r\\nQQ\\u003d="}]}',
      [file('AO\xfeA')].map(() => expect.anything()),
    ],
    [
      'members before and behind',
      '{"Media":[{"a":[{}],"FileContents":"QUJD","b":{"FileContents":"x"}}]}',
      [file('ABC')],
    ],
    [
      'several entries',
      '{"Media":[{"FileContents":"QQ=="},{},{"FileContents":"Qg=="}]}',
      [file('A'), { kind: 'none' }, file('B')],
    ],
    [
      'another member of the name in a patient',
      '{"Media":[{"Patient":{"FileContents":"QUJD"}}]}',
      [{ kind: 'none' }],
    ],
    ['one in a list of the entry', '{"Media":[{"x":[{"FileContents":"QUJD"}]}]}', [{ kind: 'none' }]],
    ['the message itself having one', '{"FileContents":"QUJD","Media":[{}]}', [{ kind: 'none' }]],
    ['a Media elsewhere', '{"x":{"Media":[{"FileContents":"QUJD"}]},"Media":[{}]}', [{ kind: 'none' }]],
    [
      'the text of one in a string',
      '{"Media":[{"a":"\\"FileContents\\":\\"QUJD\\"","b":"{"}]}',
      [{ kind: 'none' }],
    ],
    [
      'a number that could be a place',
      '{"Media":[{"FileContents":0},{"FileContents":"QQ=="}]}',
      [{ kind: 'none' }, file('A')],
    ],
    ['a digit for a file', '{"Media":[{"FileContents":"0"}]}', ['undecodable']],
    [
      'the later of two Media',
      '{"Media":[{"FileContents":"QQ=="}],"Media":[{"FileContents":"Qg=="}]}',
      [file('B')],
    ],
    [
      'an own member called __proto__',
      '{"Media":[{"__proto__":{"FileContents":"QQ=="}}]}',
      [{ kind: 'none' }],
    ],
    [
      'a reference written as escapes',
      '{"Media":[{"FileContents":"\\u0068ttps\\u003a\\/\\/x"}]}',
      [{ kind: 'reference', uri: 'https://x' }],
    ],
  ])('are found with %s', (_, body, expected) => {
    expect(contentsOf(body)).toEqual(expected);
  });

  const written = (text: string) => `{"Media":[{"FileContents":${JSON.stringify(text)}}]}`;
  const uriOf = (bytes: number) => `https://x/${'a'.repeat(bytes - 'https://x/'.length)}`;

  it.each([
    ['a data URI', 'data:text/plain;base64,QUJD', file('ABC')],
    ['a percent-encoded data URI', 'DATA:,A%42C', file('ABC')],
    ['a data URI longer than any reference', `data:,${'ABC'.repeat(5000)}`, file('ABC'.repeat(5000))],
    ['a data URI that is broken', 'data:text/plain;base64,QUJ*', 'undecodable'],
    ['text that begins like a URI', 'Impression: nothing of note', 'undecodable'],
    ['a URI of a file', 'file:///etc/passwd', 'undecodable'],
    ['a URI with a blank', 'https://x/a b', 'undecodable'],
    ['a URI of 2,000 bytes', uriOf(2000), { kind: 'reference', uri: uriOf(2000) }],
    ['a URI of 2,001 bytes', uriOf(2001), 'undecodable'],
    ['a URI of megabytes', uriOf(2_000_000), 'undecodable'],
    ['the beginning of a URI', 'http', { ...file('123'), bytes: Buffer.from('http', 'base64') }],
  ])('that are %s are told apart, cut anywhere', (_, text, expected) => {
    const body = Buffer.from(written(text));
    const escaped = Buffer.from(
      written('').replace(
        '""',
        `"${[...text.slice(0, 3000)].map((one) => `\\u00${one.charCodeAt(0).toString(16)}`).join('')}"`,
      ),
    );
    const cutsOf = ({ length }: Buffer) =>
      Array.from({ length: length > 50_000 ? 3 : Math.min(length, 300) }, (_, at) => [at]);
    for (const cut of [[], Array.from(body.keys()).slice(0, 20_000), ...cutsOf(body)]) {
      expect(contentsIn(readReply(body, KEEP_ALL, cut))).toEqual([expected]);
    }
    if (text.length > 3000) return;
    for (const cut of [[], Array.from(escaped.keys()), ...cutsOf(escaped)]) {
      expect(contentsIn(readReply(escaped, KEEP_ALL, cut))).toEqual([expected]);
    }
  });

  it.each(['data:application/pdf;base64,', 'data:text/plain,', 'https://x/', 'Impression: ', ''])(
    'of 26 MB that begin %j are never held as a whole',
    (beginning) => {
      const reader = new ReplyReader('digest');
      const chunk = Buffer.alloc(65_536, 'QUJD');
      reader.push(Buffer.from(`{"Media":[{"FileContents":"${beginning}`));
      let mostHeld = 0;
      for (let bytes = 0; bytes < 26_000_000; bytes += chunk.length) {
        reader.push(chunk);
        mostHeld = Math.max(mostHeld, reader.heldBytes);
      }
      reader.push(Buffer.from('"}]}'));
      const { items } = finishAtOnce(reader.end());
      const isFile = beginning === '' || beginning.startsWith('data:');
      expect(items[0]?.contents).toMatchObject({
        kind: 'inline',
        file: isFile ? { blocks: null } : 'undecodable',
      });
      expect(mostHeld).toBeLessThan(16_384);
    },
  );

  it.each([
    ['a raw line break, though that is no JSON', '"QU\nJD"', file('ABC')],
    ['a raw control character', '"QU\x01JD"', 'undecodable'],
    ['a wrong escape', '"QU\\xJD"', 'undecodable'],
    ['invalid UTF-8', Buffer.from([0x22, 0x51, 0xff, 0xc3, 0x22]), 'undecodable'],
  ])('with %s spoil nothing but themselves', (_, value, expected) => {
    const body = Buffer.concat([
      Buffer.from('{"Media":[{"FileContents":'),
      Buffer.from(value),
      Buffer.from(',"DocumentID":"d"},{}]}'),
    ]);
    const reply = readReply(body);
    expect(contentsIn(reply)).toEqual([expected, { kind: 'none' }]);
    expect(reply.items[0]?.documentId).toBe('d');
  });

  it.each([
    ['twice', '{"FileContents":"QQ==","FileContents":"QQ=="}'],
    ['twice, once as null', '{"FileContents":null,"a":{},"FileContents":"QQ=="}'],
    ['twice, once with escapes', '{"FileContents":"QQ==","FileContent\\u0073":""}'],
  ])('that an entry has %s are UPSTREAM_PROTOCOL', (_, entry) => {
    const body = `{"Meta":{"Logs":[{"ID":"l"}]},"Media":[{},${entry}]}`;
    expect(() => readReply(body)).toThrow(
      expect.objectContaining({
        code: 'UPSTREAM_PROTOCOL',
        details: expect.objectContaining({ redox: { logIds: ['l'], status: 200 } }),
      }),
    );
  });

  it.each([
    '{"Media":[{"FileContents":"QUJD',
    '{"Media":[{"FileContents":"QUJD"',
    '{"Media":[{"FileContents":"QUJD\\',
    '{"Media":[{"FileContents":',
    '{"Media":[{"FileContents":"QUJD"}]}}',
    '{"Media":[{"FileContents":"QUJD"}]} x',
    '{"Media":[{"FileContents":"QUJD""}]}',
    '{"Media":[{"FileContents":"QUJD" "QUJD"}]}',
    '{"Media":[{"FileContents" "QUJD"}]}',
  ])('in %s are UPSTREAM_PROTOCOL', (body) => {
    expect(outcomeOf(body, KEEP_ALL, [])).toBe('UPSTREAM_PROTOCOL');
  });
});

describe('a mode', () => {
  const body = `{"Media":[${[
    '{"FileContents":"QUJD"}',
    '{"FileContents":"placeholder"}',
    `{"FileContents":"${'QUJD'.repeat(50_000)}"}`,
    '{"FileContents":"https://x"}',
    '{"FileContents":"data:text/plain,ABC"}',
  ].join()}]}`;
  const filesIn = (mode: Parameters<typeof readReply>[1]) =>
    readReply(body, mode).items.map(({ contents }) => (contents.kind === 'inline' ? contents.file : null));

  it('of skipping decodes nothing', () => {
    expect(filesIn('skip')).toEqual(['skipped', 'skipped', 'skipped', null, 'skipped']);
  });

  it('of digesting keeps nothing but the beginning', () => {
    const [small, , large] = filesIn('digest');
    expect(small).toMatchObject({ byteLength: 3, head: Buffer.from('ABC'), blocks: null });
    expect(large).toMatchObject({ byteLength: 150_000, blocks: null });
    expect(large).toHaveProperty('head.length', 4100);
  });

  it('of keeping keeps files up to its limit', () => {
    const blocks = filesIn({ keepBytes: 3 }).map(
      (file) => file !== null && typeof file === 'object' && file.blocks,
    );
    expect(blocks).toEqual([[Buffer.from('ABC')], false, null, false, [Buffer.from('ABC')]]);
    expect(filesIn({ keepBytes: 2 })[0]).toHaveProperty('blocks', null);
    expect(filesIn({ keepBytes: 150_000 })[2]).toHaveProperty('blocks.length', expect.any(Number));
  });

  it('never changes who an item is', () => {
    const [skipped, digested, kept] = (['skip', 'digest', KEEP_ALL] as const).map((mode) =>
      readReply(body, mode).items.map(fingerprintOf),
    );
    expect(digested).toEqual(skipped);
    expect(kept).toEqual(skipped);
    expect(new Set(skipped).size).toBe(5);
  });
});
