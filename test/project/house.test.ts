/** House rules that nothing else enforces: generated code is fresh, files are short, commands lead somewhere. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { importsOf, readProjectFile, SOURCES } from './sources.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MAX_LINES = 300;
const MIN_LINES = 25;

test('generated files are what codegen makes of the schema now', () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/codegen.ts', '--check'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

const linesOf = (path: string) => readProjectFile(path).trimEnd().split('\n').length;

test(`no file has more than ${MAX_LINES} lines`, () => {
  const others = ['test/', 'viewer/src/', 'scripts/', 'bench/', 'examples/', 'deploy/'].flatMap((folder) =>
    readdirSync(`${ROOT}${folder}`, { recursive: true, encoding: 'utf8' }).map((path) => `${folder}${path}`),
  );
  const isCode = (path: string) => /\.(?:ts|tsx|css)$/.test(path) && !/node_modules|generated/.test(path);
  const files = [...SOURCES, ...others.filter(isCode)];
  expect(files.length).toBeGreaterThan(2 * SOURCES.length);
  expect(files.filter((path) => linesOf(path) > MAX_LINES)).toEqual([]);
});

describe(`a file of less than ${MIN_LINES} lines that one file alone imports`, () => {
  /** One of several of its kind, each of which has a file; tests of their own are another reason. */
  const OF_A_KIND = [
    /^src\/graphql\/resolvers\//,
    /^src\/graphql\/server\/(?:audit|measure|report-cost)\.ts$/,
    /^src\/audit\/\w+-sink\.ts$/,
  ];
  const importers = new Map<string, Set<string>>();
  for (const path of SOURCES) {
    for (const { target } of importsOf(path)) {
      importers.set(target, (importers.get(target) ?? new Set()).add(path));
    }
  }
  const hasTest = (path: string) =>
    existsSync(`${ROOT}${path.replace(/^src/, 'test').replace(/\.ts$/, '.test.ts')}`);

  test('has a reason to be one', () => {
    const small = SOURCES.filter((path) => linesOf(path) < MIN_LINES && importers.get(path)?.size === 1);
    expect(small).not.toEqual([]);
    expect(small.filter((path) => !hasTest(path) && !OF_A_KIND.some((kind) => kind.test(path)))).toEqual([]);
  });
});

test('keys of patients, rights and destinations are made in one file alone, and nowhere by a cast', () => {
  const [keys, ...others] = [
    'src/media/model/keys.ts',
    ...SOURCES.filter((path) => !path.endsWith('/keys.ts')),
  ];
  const kinds = [...readProjectFile(keys ?? '').matchAll(/^export type (\w+) = Key</gm)].map(
    ([, kind]) => kind,
  );
  expect(kinds).toContain('PatientKey');
  const cast = new RegExp(`\\bas (?:${kinds.join('|')})\\b`);
  expect(others.filter((path) => cast.test(readProjectFile(path)))).toEqual([]);
});

test('every file of src opens with its promise; a resolver needs none but its name', () => {
  const named = SOURCES.filter((path) => !path.startsWith('src/graphql/resolvers/'));
  expect(named.filter((path) => !readProjectFile(path).startsWith('/**'))).toEqual([]);
});

describe('package.json', () => {
  const { scripts } = JSON.parse(readProjectFile('package.json')) as { scripts: Record<string, string> };

  test('has the commands that users are promised', () => {
    expect(Object.keys(scripts)).toEqual(
      expect.arrayContaining(['start', 'test', 'dev', 'sandbox', 'codegen', 'check']),
    );
  });

  test('names only files that exist', () => {
    const files = Object.values(scripts).flatMap((script) => script.match(/\b[\w./-]+\.ts\b/g) ?? []);
    expect(files).not.toEqual([]);
    expect(files.filter((file) => !existsSync(`${ROOT}${file}`))).toEqual([]);
  });
});

test('docs/architecture.md names only files that exist, and every folder of src', () => {
  const document = readProjectFile('docs/architecture.md');
  const named = [...document.matchAll(/`((?:src|test|schema|docs|scripts|viewer|sandbox)\/[\w./-]+)`/g)].map(
    ([, path]) => path ?? '',
  );
  expect(named.filter((path) => !existsSync(`${ROOT}${path}`))).toEqual([]);
  const folders = new Set(SOURCES.map((path) => `${dirname(path)}/`));
  expect([...folders].filter((folder) => !document.includes(`\`${folder}`))).toEqual([]);
});
