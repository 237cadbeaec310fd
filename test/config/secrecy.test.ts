/** Property and abuse: whatever a variable holds, it is read or named as faulty, and never told. */
import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigError, parseConfig, SETTINGS } from '../../src/config/config.ts';
import { failure, LEGACY, OAUTH, writeTextFile } from './environments.ts';

const CANARY = 'c4n4ry';

/** Everything that a log or a crash report could show of an error. */
function showAll(error: Error): string {
  return [
    error.message,
    error.stack,
    String(error),
    JSON.stringify(error),
    inspect(error, { depth: 9, showHidden: true }),
  ]
    .join('\n')
    .toLowerCase();
}

/** A complete environment in which a change of this variable alone decides. */
function surround(name: string): Readonly<Record<string, string | undefined>> {
  const { [name.replace(/_FILE$/, '')]: _, ...legacy } = LEGACY;
  if (name.startsWith('REDOX_API_KEY') || name.startsWith('REDOX_API_SECRET')) return legacy;
  const secret = SETTINGS.find(({ file }) => file === name);
  if (secret) return { ...OAUTH, [secret.name]: '' };
  if (name === 'AUTH_JWKS_FILE') return { ...OAUTH, AUTH_JWKS_URL: '' };
  return OAUTH;
}

/** Valid in themselves or nearly so: the canary in them gets deep into the parsers. */
const SHAPES = [
  '',
  'https://',
  'https://a.example/?',
  'http://',
  'redis://',
  'general=',
  '{"kty":"',
  '-----BEGIN PRIVATE KEY-----\n',
  '7500/',
  '127.0.0.1,',
  '../',
  'https://u:',
];

const hostileText = fc
  .tuple(
    fc.constantFrom(...SHAPES),
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.string({ maxLength: 40 }),
  )
  .map(([shape, before, after]) => `${shape}${before}${CANARY}${after}`);

/** Never empty: that would be absence, which is another variable's fault where two are alternatives. */
const looseText = fc
  .oneof(hostileText, fc.string(), fc.integer().map(String), fc.webUrl(), fc.ipV6(), fc.domain())
  .filter((text) => text !== '');

describe('for any text', () => {
  it.each(SETTINGS.flatMap(({ name, file }) => (file === null ? [name] : [name, file])))(
    '%s is read, or alone named as faulty and never told',
    async (name) => {
      await fc.assert(
        fc.asyncProperty(looseText, async (value) => {
          const error = await parseConfig({ ...surround(name), [name]: value }).catch(
            (thrown: unknown) => thrown,
          );
          if (!(error instanceof Error)) return;
          expect(error).toBeInstanceOf(ConfigError);
          const { faults } = error instanceof ConfigError ? error : { faults: [] };
          expect(new Set(faults.map(({ variable }) => variable))).toEqual(new Set([name]));
          expect(showAll(error)).not.toContain(CANARY);
        }),
        { numRuns: 60 },
      );
    },
  );
});

it('accepts some and refuses some of the texts, so that both branches above are walked', async () => {
  const outcomes = new Set<string>();
  for (const value of fc.sample(looseText, { numRuns: 200, seed: 1 })) {
    const read = parseConfig({ ...OAUTH, PUBLIC_URL: value });
    outcomes.add(
      await read.then(
        () => 'read',
        () => 'refused',
      ),
    );
  }
  expect(outcomes).toEqual(new Set(['read', 'refused']));
});

it('tells no value when every variable is wrong at once', async () => {
  const wrong = Object.fromEntries(SETTINGS.map(({ name }) => [name, ` \n${CANARY}${name.length}`]));
  const error = await failure({ ...wrong, GATEWAY_X: CANARY, AUTH_Y: CANARY });
  expect(error.faults.length).toBeGreaterThan(25);
  expect(showAll(error)).not.toContain(CANARY);
});

it.each([
  ['REDOX_PRIVATE_KEY_FILE', { REDOX_PRIVATE_KEY: '' }],
  ['GATEWAY_SECRET_FILE', { GATEWAY_SECRET: '' }],
  ['REDOX_EVENTS_TOKEN_FILE', {}],
  ['REDIS_URL_FILE', {}],
  ['AUTH_JWKS_FILE', { AUTH_JWKS_URL: '' }],
])('tells neither path nor content of %s', async (name, change) => {
  for (const content of [CANARY, `{"keys": ${CANARY}`, `{"kty":"RSA","n":"${CANARY}"}`]) {
    const error = await failure({ ...OAUTH, ...change, [name]: writeTextFile(`${CANARY}.txt`, content) });
    expect(error.faults.map(({ variable }) => variable)).toEqual([name]);
    expect(showAll(error)).not.toContain(CANARY);
  }
});

it('keeps the faults from being changed', async () => {
  const { faults } = await failure({ PORT: 'x' });
  expect([Object.isFrozen(faults), faults.every((fault) => Object.isFrozen(fault))]).toEqual([true, true]);
});
