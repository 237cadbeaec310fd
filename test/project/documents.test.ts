/** What documents name is there: files, headings, commands, settings, and the lines of the log. */
import { existsSync, readdirSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { SETTINGS } from '../../src/config/describe.ts';
import { ERRORS } from '../../src/errors.ts';
import { readProjectFile, SOURCES } from './sources.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const markdownIn = (folder: string) =>
  readdirSync(`${ROOT}${folder}`, { recursive: folder !== '', encoding: 'utf8' })
    .filter((path) => path.endsWith('.md') && !path.includes('node_modules'))
    .map((path) => `${folder}${path}`);

const DOCUMENTS = ['', 'docs/', 'viewer/', 'examples/', 'scripts/'].flatMap(markdownIn);
/** CHANGELOG also tells of what is no longer there. */
const OF_TODAY = DOCUMENTS.filter((path) => path !== 'CHANGELOG.md');

test('are all there', () => {
  const some = ['README.md', 'CHANGELOG.md', 'docs/architecture.md', 'viewer/README.md'];
  expect(DOCUMENTS).toEqual(expect.arrayContaining([...some, 'examples/client/README.md']));
});

const found = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, name]) => name ?? '');

/** The anchors of a page, as GitHub makes them of its headings. */
function anchorsOf(path: string): ReadonlySet<string> {
  const prose = readProjectFile(path).replaceAll(/^```[\s\S]*?^```$/gm, '');
  const headings = found(prose, /^#+ (.+)$/gm);
  return new Set(
    headings.map((text) =>
      text
        .toLowerCase()
        .replaceAll(/[^\w\- ]/g, '')
        .replaceAll(' ', '-'),
    ),
  );
}

test.each(DOCUMENTS)('%s: its links lead to files, and to headings in them', (path) => {
  const links = found(readProjectFile(path), /\]\((?!https?:)([^)\s]+)[^)]*\)/g).map((link) => {
    const [file = '', anchor] = link.split('#');
    return { link, target: file === '' ? path : posix.join(posix.dirname(path), file), anchor };
  });
  expect(links.filter(({ target }) => !existsSync(`${ROOT}${target}`))).toEqual([]);
  expect(links.filter(({ target, anchor }) => anchor && !anchorsOf(target).has(anchor))).toEqual([]);
});

test.each(DOCUMENTS)('%s: its commands are scripts', (path) => {
  const { scripts } = JSON.parse(readProjectFile('package.json')) as { scripts: Record<string, string> };
  const commands = found(readProjectFile(path), /npm run (?:-s |--silent )?([\w:]+)/g);
  expect(commands.filter((name) => !(name in scripts))).toEqual([]);
});

test.each(OF_TODAY)('%s: files and folders that it names exist', (path) => {
  const named = found(
    readProjectFile(path),
    /`((?:src|test|schema|docs|sandbox|bench|examples|deploy|scripts|viewer)\/[\w./-]+)`/g,
  );
  // Pictures that tests of the viewer take are not committed.
  const missing = named.filter(
    (file) => !existsSync(`${ROOT}${file}`) && !file.startsWith('test/browser/screenshots'),
  );
  expect(missing).toEqual([]);
});

/** Names of settings, of codes, and of what else the program, its tests and its tools know. */
function namesThatExist(): ReadonlySet<string> {
  const tools = ['scripts/', 'test/', 'examples/', 'schema/', 'bench/'].flatMap((folder) =>
    readdirSync(`${ROOT}${folder}`, { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.(?:ts|graphql)$/.test(path) && !path.includes('node_modules'))
      .map((path) => `${folder}${path}`),
  );
  const own = 'test/project/documents.test.ts';
  const texts = [...SOURCES, ...tools].filter((path) => path !== own).map(readProjectFile);
  return new Set([
    ...SETTINGS.flatMap(({ name, file }) => [name, file ?? name]),
    ...Object.keys(ERRORS),
    ...texts.flatMap((text) => found(text, /\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\b/g)),
  ]);
}

test('settings, codes and variables that documents name exist', () => {
  const names = namesThatExist();
  const unknown = OF_TODAY.flatMap((path) =>
    found(readProjectFile(path), /`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?:=[^`]*)?`/g)
      .filter((name) => !names.has(name) && !/^OTEL_|^NAME_FILE$/.test(name))
      .map((name) => `${path}: ${name}`),
  );
  expect(unknown).toEqual([]);
});

test('docs/operations.md names every line of the log', () => {
  const events = found(readProjectFile('src/telemetry/log.ts'), /event: '([a-z-]+)'/g);
  const [, logs = ''] = /^## Logs\n([\s\S]*?)^## /m.exec(readProjectFile('docs/operations.md')) ?? [];
  expect(events.length).toBeGreaterThan(15);
  expect(events.filter((event) => !logs.includes(`\`${event}\``))).toEqual([]);
});
