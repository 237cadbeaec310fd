import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeContents } from '../../src/redox/contents.ts';

describe('file contents', () => {
  it.each([
    ['SGFsbG8=', 'Hallo'],
    ['aGVsbG8K\n', 'hello\n'],
    [' S G\tF\r\ns\fb\vG8 =', 'Hallo'],
    ['', ''],
    ['\n', ''],
    ['+/+/', '\ufffd\ufffd\ufffd'],
  ])('%j decode to %j', (text, decoded) => {
    expect(decodeContents(text)?.toString()).toBe(decoded);
  });

  it.each([
    ['placeholder', 'Base64-encoded file contents'],
    ['words', 'fileContents'.repeat(2).slice(1)],
    ['no padding', 'SGFsbG8'],
    ['too much padding', 'SGFs===='],
    ['padding inside', 'SG==bG8='],
    ['padding alone', '===='],
    ['URL alphabet', '-_-_'],
    ['non-ASCII space', 'SGFs\u00a0bG8='],
    ['NUL', 'SGFs\u0000bG8='],
    ['a URI', 'https://example.org/a'],
    ['two files', 'SGFsbG8=SGFsbG8='],
  ])('with %s are undecodable', (_, text) => {
    expect(decodeContents(text)).toBeNull();
  });

  it('are what Buffer.from gives, wherever whitespace stands', () => {
    const spaces = fc.array(fc.tuple(fc.nat(), fc.constantFrom(' ', '\n', '\r\n', '\t')), { maxLength: 20 });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), spaces, (bytes, inserted) => {
        let text = Buffer.from(bytes).toString('base64');
        for (const [at, space] of inserted) {
          const position = at % (text.length + 1);
          text = text.slice(0, position) + space + text.slice(position);
        }
        expect(decodeContents(text)).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it('with one foreign character anywhere are undecodable', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1 }),
        fc.nat(),
        fc.constantFrom(...'-_.:*"é\0'),
        (bytes, at, bad) => {
          const text = Buffer.from(bytes).toString('base64');
          const position = at % text.length;
          expect(decodeContents(text.slice(0, position) + bad + text.slice(position + 1))).toBeNull();
        },
      ),
    );
  });

  it('of 40 MB, with line breaks, decode in linear time', () => {
    const line = `${'A'.repeat(60)}\n`;
    const started = performance.now();
    expect(decodeContents(line.repeat(650_000))?.length).toBe(29_250_000);
    expect(decodeContents(`${'A'.repeat(40_000_000)}*`)).toBeNull();
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
