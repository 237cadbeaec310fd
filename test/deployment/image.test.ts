/** The image: what it is built from, and what it starts as. */
import { readFileSync } from 'node:fs';
import { validate } from 'dockerfile-utils';
import { describe, expect, test } from 'vitest';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

describe('the Dockerfile', () => {
  const dockerfile = read('Dockerfile');
  const instructions = dockerfile
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => /^[A-Z]+ /.test(line));
  const valuesOf = (name: string) =>
    instructions.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));

  test('passes the linter', () => {
    expect(validate(dockerfile).map(({ message, range }) => `${range.start.line + 1}: ${message}`)).toEqual(
      [],
    );
  });

  test('builds in stages, on the Node that the project runs on', () => {
    const bases = valuesOf('FROM');
    expect(bases).toHaveLength(2);
    const { devDependencies } = JSON.parse(read('package.json')) as { devDependencies: { node: string } };
    const major = /\d+/.exec(devDependencies.node)?.[0];
    for (const base of bases)
      expect(base).toMatch(new RegExp(`^(?:--platform=\\$BUILDPLATFORM )?node:${major}-`));
  });

  test('runs as a user without rights, without npm, and says how it is', () => {
    expect(valuesOf('USER')).toEqual(['node']);
    expect(valuesOf('CMD')).toEqual([
      '["node", "--expose-gc", "--no-allocation-site-pretenuring", "src/main.ts"]',
    ]);
    expect(valuesOf('HEALTHCHECK')[0]).toContain('/livez');
  });

  test('copies nothing but what .dockerignore lets through', () => {
    const allowed = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    const copied = valuesOf('COPY')
      .filter((line) => !line.startsWith('--from'))
      .flatMap((line) => line.split(' ').slice(0, -1));
    expect(new Set(copied)).toEqual(new Set(allowed));
  });
});
