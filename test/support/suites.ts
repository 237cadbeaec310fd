/** The suites of tests: which files each runs, and what it needs beyond Node. */

import { randomInt } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CHROMIUM, CURL, type Program, REDIS } from './programs.ts';

export interface Suite {
  /** As `npm test` names what it leaves out. */
  readonly about: string;
  readonly include: readonly string[];
  /** One file after the other: it measures, or starts something heavy. */
  readonly isSerial: boolean;
  readonly program?: Program;
  /** How long one test may take. Default: 60 s, hundreds of times what an ordinary one takes: busy machines pass, and what hangs still fails. */
  readonly testTimeoutMs?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** A measurement takes several rounds. */
const TIMING_TIMEOUT_MS = 5 * 60_000;
/** A property with 10,000 cases over real servers takes minutes. */
const FUZZ_TIMEOUT_MS = 20 * 60_000;

/** Test files that import one of these files of test/support, from the project's root. */
function findFilesThatImport(...names: readonly string[]): readonly string[] {
  const cwd = fileURLToPath(new URL('../../', import.meta.url));
  const files = globSync('test/**/*.test.ts', { cwd, exclude: (path) => path.endsWith('node_modules') });
  return files
    .filter((path) => {
      const text = readFileSync(`${cwd}${path}`, 'utf8');
      return names.some((name) => text.includes(`support/${name}.ts'`));
    })
    .sort();
}

/** What `npm run test:NAME` runs; all other test files belong to `npm test`. */
export const SUITES: Readonly<Record<string, Suite>> = {
  timing: {
    about: 'time',
    include: ['test/timing/**/*.test.ts'],
    isSerial: true,
    testTimeoutMs: TIMING_TIMEOUT_MS,
  },
  browser: {
    about: 'Chromium',
    include: ['test/browser/**/*.test.ts'],
    isSerial: true,
    program: CHROMIUM,
  },
  redis: {
    about: 'Redis',
    include: ['test/redis/**/*.test.ts'],
    isSerial: true,
    program: REDIS,
  },
  conformance: {
    about: 'suites and clients of others',
    include: ['test/conformance/**/*.test.ts'],
    isSerial: false,
    program: CURL,
  },
  fuzz: {
    about: '10,000 cases of each property',
    // These run in `npm test` too, with fewer cases.
    include: findFilesThatImport('cases', 'fuzz'),
    isSerial: true,
    testTimeoutMs: FUZZ_TIMEOUT_MS,
    env: {
      PROPERTY_CASES: process.env['PROPERTY_CASES'] ?? '10000',
      FUZZ_SEED: process.env['FUZZ_SEED'] ?? String(randomInt(2 ** 31)),
    },
  },
  soak: { about: 'minutes of load', include: ['test/soak/**/*.soak.ts'], isSerial: true },
};

/** Test files that count work: V8 counts all of it only where nothing of the sources ran before. */
export const COUNTS_OF_WORK: readonly string[] = findFilesThatImport('count-work');

/** The folders that `npm test` leaves out. */
export const LEFT_OUT: readonly string[] = ['timing', 'browser', 'redis', 'conformance', 'soak'].map(
  (name) => `test/${name}/**`,
);
