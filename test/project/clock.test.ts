/** Time is injected: nothing of the gateway asks the machine for it, or sets a timer, but through the clock that it is given. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SOURCES } from './sources.ts';

/** What gives the time, or calls back later, without anybody's clock. A member of a clock has a dot before it. */
const OWN_TIME = [
  /\bDate\.now\b/,
  /\bnew Date\(\)/,
  /\bperformance\.now\b/,
  /\bprocess\.(?:hrtime|uptime)\b/,
  /\bAbortSignal\.timeout\b/,
  /(?<![.\w])set(?:Timeout|Interval|Immediate)\(/,
  /timers\/promises|node:timers/,
];

const isIn = (text: string) => OWN_TIME.some((pattern) => pattern.test(text));

test.each([
  'const until = Date.now() + 5;',
  'const timer = setTimeout(end, 5);',
  "import { setTimeout as sleep } from 'node:timers/promises';",
  'const signal = AbortSignal.timeout(5);',
])('%j is seen', (line) => {
  expect(isIn(line)).toBe(true);
});

test('a timer of a clock is none of the machine', () => {
  expect(isIn('this.#clock.setTimeout(end, 5);')).toBe(false);
});

test('the clock alone asks the machine', () => {
  const users = SOURCES.filter((path) => path.startsWith('src/')).filter((path) =>
    isIn(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')),
  );
  expect(users).toEqual(['src/clock.ts']);
});
