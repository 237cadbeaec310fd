/** What `npm test` runs asks the machine for no time, and waits for none: it must be green on a busy machine, too. */
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { LEFT_OUT } from '../support/suites.ts';
import { readProjectFile } from './sources.ts';

const MACHINE_TIME = [
  /\bperformance\.now\b/,
  /\bprocess\.(?:hrtime|uptime)\b/,
  /(?<![.\w])set(?:Timeout|Interval)\(/,
  // A turn of the event loop (setImmediate) is an order, not a time.
  /set(?:Timeout|Interval)\b.*timers\/promises|node:timers'/,
  // It gives up after a second.
  /\bvi\.waitFor\b/,
];
/** Until, the clock's own steps, and a network that is slow by itself: none of them decides what a test says. */
const ALLOWED = ['support/until.ts', 'support/fake-clock.ts', 'support/fault-proxy.ts'];
/** These quote what they look for. */
const QUOTING = ['project/clock.test.ts', 'project/test-time.test.ts'];

/** Packages that a suite of its own installs, and the copies of the project that mutation tests run in. */
const OTHERS = /(?:^|\/)(?:node_modules|\.stryker-tmp)\//;

const isIn = (text: string) => MACHINE_TIME.some((pattern) => pattern.test(text));

test.each([
  'expect(performance.now() - begun).toBeLessThan(100);',
  "import { setTimeout as sleep } from 'node:timers/promises';",
  'await vi.waitFor(() => expect(isOpen).toBe(false));',
])('%j is seen', (line) => {
  expect(isIn(line)).toBe(true);
});

test('no test but those of time, and of other programs', () => {
  const leftOut = LEFT_OUT.map((pattern) => pattern.replace('test/', '').replace('**', ''));
  const files = readdirSync(new URL('../', import.meta.url), { recursive: true, encoding: 'utf8' })
    .filter(
      (path) =>
        path.endsWith('.ts') && !OTHERS.test(path) && !leftOut.some((folder) => path.startsWith(folder)),
    )
    .filter((path) => ![...ALLOWED, ...QUOTING].includes(path));
  expect(files.length).toBeGreaterThan(100);
  expect(files.filter((path) => isIn(readProjectFile(`test/${path}`)))).toEqual([]);
});
