/** What `npm ci` brings: how much of it, and that nothing of it runs scripts unasked. */
import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readProjectFile } from './sources.ts';

interface LockEntry {
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly hasInstallScript?: boolean;
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const { packages } = JSON.parse(readProjectFile('package-lock.json')) as {
  packages: Record<string, LockEntry>;
};
/** By path; without the project itself, and without binaries for other platforms. */
const INSTALLED = Object.entries(packages).filter(([path]) => path !== '' && existsSync(`${ROOT}${path}`));
const IN_PRODUCTION = INSTALLED.filter(([, { dev }]) => !dev).map(([path]) => path);

test('development takes at most 700 packages', () => {
  expect(INSTALLED.length).toBeGreaterThan(0);
  expect(INSTALLED.length).toBeLessThanOrEqual(700);
});

describe('production', () => {
  /** What the offline explorer shows; all of it is read only by who opens that page. */
  const EXPLORER = 'node_modules/@graphql-yoga/render-graphiql';

  /** On disk, as `du` counts; packages within a package count for themselves. */
  function bytesOf(path: string): number {
    const entry = lstatSync(path);
    const within = entry.isDirectory() ? readdirSync(path).filter((name) => name !== 'node_modules') : [];
    return within.reduce((sum, name) => sum + bytesOf(`${path}/${name}`), entry.blocks * 512);
  }

  test('takes at most 230 packages', () => {
    expect(IN_PRODUCTION).toContain(EXPLORER);
    expect(IN_PRODUCTION.length).toBeLessThanOrEqual(230);
  });

  test('takes at most 100 MB without the explorer', { timeout: 120_000 }, () => {
    const counted = IN_PRODUCTION.filter((path) => path !== EXPLORER);
    const megabytes = counted.reduce((sum, path) => sum + bytesOf(`${ROOT}${path}`), 0) / 2 ** 20;
    expect(megabytes).toBeGreaterThan(10);
    expect(megabytes).toBeLessThanOrEqual(100);
  });

  test('runs no install script', () => {
    const running = IN_PRODUCTION.filter((path) => packages[path]?.hasInstallScript);
    // It only prints how to use it, and package.json does not allow it.
    expect(running).toEqual(['node_modules/@apollo/protobufjs']);
  });
});

test('package.json says of every install script whether it may run', () => {
  const { allowScripts } = JSON.parse(readProjectFile('package.json')) as {
    allowScripts: Record<string, boolean>;
  };
  const names = Object.entries(packages)
    .filter(([path, { hasInstallScript, optional }]) => path !== '' && hasInstallScript && !optional)
    .map(([path]) => path.split('node_modules/').at(-1));
  expect(Object.keys(allowScripts).sort()).toEqual([...new Set(names)].sort());
});

test.each(['', 'test/browser/', 'test/conformance/', 'viewer/'])(
  'the lockfile in "%s" does not say which registry it was made with',
  (folder) => {
    expect(readProjectFile(`${folder}package-lock.json`)).not.toContain('"resolved"');
  },
);
