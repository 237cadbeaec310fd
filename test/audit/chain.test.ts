/** The chain of the audit trail: whatever is done to its lines shows, but for an end that is cut off. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkLine, type Link, readLink, START, writeLine } from '../../src/audit/chain.ts';

function write(entries: readonly object[]): string[] {
  let last = START;
  return entries.map((entry) => {
    const { line, link } = writeLine(entry, last);
    last = link;
    return line;
  });
}

/** How many lines from the start on are what was written. */
function countWhole(lines: readonly string[]): number {
  let last: Link | null = START;
  let count = 0;
  for (const line of lines) {
    last = last && checkLine(line, last);
    if (last === null) return count;
    count += 1;
  }
  return count;
}

const entry = fc.jsonValue({ maxDepth: 2 }).map((data) => ({ event: 'audit', data }));
const entries = fc.array(entry, {
  minLength: 2,
  maxLength: 8,
});

test('what was written is whole, and every line is JSON that says its own place', () => {
  fc.assert(
    fc.property(entries, (written) => {
      const lines = write(written);
      expect(countWhole(lines)).toBe(lines.length);
      lines.forEach((line, at) => {
        expect(JSON.parse(line)).toMatchObject({ hash: readLink(line)?.hash });
        expect(readLink(line)?.seq).toBe(at + 1);
      });
    }),
  );
});

test('a line begins with its place, and its entry follows, also an empty one', () => {
  const [first = '', second = ''] = write([{ event: 'audit', items: 2 }, {}]);
  expect(first.startsWith(`{"seq":1,"previous":"${START.hash}","event":"audit","items":2,"hash":"`)).toBe(
    true,
  );
  expect(second.startsWith(`{"seq":2,"previous":"${readLink(first)?.hash}","hash":"`)).toBe(true);
  expect(countWhole([first])).toBe(1);
});

test('no text in an entry ends its line', () => {
  const [line = ''] = write([{ subject: 'a\nb\r\u2028c\u2029"d\ud800' }]);
  expect(line).not.toMatch(/[\n\r\u2028\u2029]/);
  // Half a character is one that every reader takes.
  expect(JSON.parse(line)).toMatchObject({ subject: 'a\nb\r\u2028c\u2029"d\ufffd' });
  expect(countWhole([line])).toBe(1);
});

test('a line that is changed, taken out, doubled or moved is where it breaks', () => {
  const place = fc.nat({ max: 1000 });
  fc.assert(
    fc.property(
      entries,
      place,
      place,
      fc.string({ minLength: 1, maxLength: 1 }),
      (written, which, where, letter) => {
        const lines = write(written);
        const at = which % lines.length;
        const line = lines[at] ?? '';
        const spot = where % line.length;
        const changed = line.slice(0, spot) + letter + line.slice(spot + 1);
        if (changed !== line) expect(countWhole(lines.with(at, changed))).toBe(at);
        if (at < lines.length - 1) expect(countWhole(lines.toSpliced(at, 1))).toBe(at);
        expect(countWhole(lines.toSpliced(at, 0, line))).toBe(at + 1);
        const moved = lines.toSpliced(at, 1).toSpliced(0, 0, line);
        if (at > 0) expect(countWhole(moved)).toBe(0);
      },
    ),
    { numRuns: 500 },
  );
});
