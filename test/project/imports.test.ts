/** Imports point one way only: http → graphql → media → redox; and the planner and the matcher do no I/O. */
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { importsOf, SOURCES } from './sources.ts';

/** For each folder of src, the folders and single files of src that it may import from, beside itself. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  http: ['graphql', 'seal.ts', 'file-kind.ts', 'media', 'redox', 'telemetry', 'config.ts', 'errors.ts'],
  graphql: ['media', 'redox', 'telemetry', 'generated', 'errors.ts', 'seal.ts', 'file-kind.ts'],
  media: ['redox', 'errors.ts'],
  audit: ['media', 'redox', 'errors.ts'],
  redox: ['errors.ts'],
  redis: ['media', 'redox', 'seal.ts'],
  'seal.ts': [],
  config: ['redox'],
  'config.ts': ['config'],
  'errors.ts': [],
  telemetry: [],
  sandbox: [],
  'main.ts': ['gateway.ts', 'config.ts', 'telemetry'],
  'gateway.ts': [
    'gateway',
    'redis',
    'audit',
    'http',
    'graphql',
    'redox',
    'sandbox',
    'telemetry',
    'config.ts',
  ],
  gateway: [
    'audit',
    'http',
    'graphql',
    'media',
    'redox',
    'telemetry',
    'config.ts',
    'errors.ts',
    'seal.ts',
    'keyed-hash.ts',
  ],
  'keyed-hash.ts': [],
  'file-kind.ts': [],
};

/** `src/media/box.ts` → `media`, `src/errors.ts` → `errors.ts`. */
const areaOf = (path: string) => path.split('/')[1] ?? '';

test('every import is found: those of our own lead to files that exist', () => {
  const own = SOURCES.flatMap(importsOf).filter(({ target }) => target.startsWith('src/'));
  expect(own.length).toBeGreaterThan(SOURCES.length);
  expect(own.filter(({ target }) => !existsSync(new URL(`../../${target}`, import.meta.url)))).toEqual([]);
});

test.each(Object.entries(ALLOWED))('%s imports from nothing but itself and %j', (area, allowed) => {
  const files = SOURCES.filter((path) => areaOf(path) === area);
  expect(files).not.toEqual([]);
  const strayed = files.flatMap((path) =>
    importsOf(path)
      .map(({ target }) => target)
      .filter((target) => target.startsWith('src/'))
      .filter((target) => areaOf(target) !== area && !allowed.includes(areaOf(target)))
      .map((target) => `${path} → ${target}`),
  );
  expect(strayed).toEqual([]);
});

test('every folder has a rule', () => {
  expect([...new Set(SOURCES.map(areaOf))].filter((area) => !(area in ALLOWED))).toEqual([]);
});

describe('only the listener knows HTTP servers, only the Redox client calls out, and only they', () => {
  test.each([
    ['fastify', ['http', 'sandbox']],
    ['@as-integrations/fastify', ['http']],
    ['undici', ['redox']],
    ['graphql', ['graphql']],
    ['@apollo/server', ['graphql', 'http']],
    ['dataloader', ['media']],
    ['node:http', []],
    ['node:https', []],
  ])('%s is imported in %j alone', (name, areas) => {
    const users = SOURCES.filter((path) => importsOf(path).some(({ target }) => target === name));
    expect(users.filter((path) => !areas.includes(areaOf(path)))).toEqual([]);
    if (areas.length > 0) expect(users).not.toEqual([]);
  });
});

test('planning and matching reach no package and no module of Node, however far the imports lead', () => {
  const isPure = /^src\/media\/(?:plan|planner|match|distribute|cut|box[\w-]*)\.ts$/;
  const reached = new Set(SOURCES.filter((path) => isPure.test(path)));
  expect(reached.size).toBeGreaterThanOrEqual(7);
  for (const path of reached) {
    if (!path.startsWith('src/')) continue;
    // Types are gone when the program runs.
    for (const { target, typeOnly } of importsOf(path)) if (!typeOnly) reached.add(target);
  }
  expect([...reached].filter((target) => !target.startsWith('src/media/'))).toEqual([]);
});
