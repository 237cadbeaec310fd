/** `npm ci` must accept the lockfile, whatever the registry that it was made with offers. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Lockfile, missingOptionals } from '../../scripts/lockfile.ts';

const lockfile: Lockfile = JSON.parse(
  readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'),
);

test('every optional package that the lockfile names has an entry in it; else run `npm run lockfile`', () => {
  expect(missingOptionals(lockfile).map(({ path }) => path)).toEqual([]);
});

test('an entry that is gone is found, with its platform', () => {
  const name = Object.keys(lockfile.packages['node_modules/@biomejs/biome']?.optionalDependencies ?? {}).find(
    (one) => one.endsWith('linux-x64-musl'),
  );
  const path = `node_modules/${name}`;
  const { [path]: entry, ...packages } = lockfile.packages;
  expect(missingOptionals({ packages })).toEqual([
    {
      path,
      entry: expect.objectContaining({
        version: entry?.version,
        os: ['linux'],
        cpu: ['x64'],
        libc: ['musl'],
      }),
    },
  ]);
});

test('no entry says which registry it came from', () => {
  expect(Object.values(lockfile.packages).some((entry) => 'resolved' in entry)).toBe(false);
});
