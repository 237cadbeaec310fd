/** Abuse: every fault there is, each by variable name, all at once, in the order of the documentation. */
import { expect, it } from 'vitest';
import { parseConfig, SETTINGS } from '../../src/config/config.ts';
import type { Variables } from '../../src/config/environment.ts';
import { BAD_FILES, BAD_VALUES } from './bad-values.ts';
import { failure, faultsOf, GENERAL, LEGACY, OAUTH, writeTextFile } from './environments.ts';

const CASES = Object.entries(BAD_VALUES).flatMap(([name, values]) =>
  values.map((value) => [name, value] as const),
);

const SECRETS = SETTINGS.flatMap(({ name, file }) => (file === null ? [] : [[name, file] as const]));

/** A complete environment in which a change of this variable alone decides. */
function surround(name: string): Variables {
  return name === 'REDOX_API_KEY' || name === 'REDOX_API_SECRET' ? LEGACY : OAUTH;
}

it.each(CASES)('refuses %s=%j, and nothing else', async (name, value) => {
  expect(await faultyNames({ ...OAUTH, [name]: value })).toEqual([name]);
});

it.each(BAD_FILES)('refuses %s=%j, and nothing else', async (name, value) => {
  const instead = name === 'AUTH_JWKS_FILE' ? { AUTH_JWKS_URL: '' } : { REDOX_PRIVATE_KEY: '' };
  expect(await faultyNames({ ...OAUTH, ...instead, [name]: value })).toEqual([name]);
});

it.each([
  ['REDOX_API_KEY', 'key\n'],
  ['REDOX_API_SECRET', ' secret'],
])('refuses %s=%j, and nothing else', async (name, value) => {
  expect(await faultyNames({ ...LEGACY, [name]: value })).toEqual([name]);
});

it.each(SECRETS)('refuses %s that names no secret, and nothing else', async (name, file) => {
  const around = { ...surround(name), [name]: '' };
  for (const [path, problem] of [
    ['/nowhere', 'must name a readable file of at most 1 MiB'],
    ['/dev/zero', 'must name a readable file of at most 1 MiB'],
    [writeTextFile('empty', ''), 'must name a file that is not empty'],
    [writeTextFile('newline', '\n'), 'must name a file that is not empty'],
  ] as const) {
    expect(await faultsOf({ ...around, [file]: path })).toEqual([{ variable: file, problem }]);
  }
});

it.each(SECRETS)('refuses %s beside %s: both are named', async (name, file) => {
  const path = writeTextFile('both', 'a value of at least thirty-two bytes');
  expect(await faultsOf({ ...surround(name), [name]: 'x', [file]: path })).toEqual([
    { variable: file, problem: `conflicts with ${name}: set only one of them` },
  ]);
});

it('a file of a credential that cannot be read gives no silent sandbox', async () => {
  const faults = await faultsOf({ REDOX_API_KEY_FILE: '/nowhere' });
  expect(faults.map(({ variable }) => variable)).toContain('REDOX_API_KEY_FILE');
  expect(faults.map(({ variable }) => variable)).toContain('REDOX_API_SECRET');
});

it('has a bad value for every setting', () => {
  const tried = [...CASES, ...BAD_FILES].map(([name]) => name);
  const untried = SETTINGS.map(({ name }) => name).filter((name) => !tried.includes(name));
  expect(untried).toEqual([
    'REDOX_API_KEY',
    'REDOX_API_SECRET',
    // The embedded Redox alone reads them, and looks at them when it starts.
    'SANDBOX_SUBSCRIBER_URL',
    'SANDBOX_VERIFICATION_TOKEN',
  ]);
});

it.each([
  [{ REDOX_CLIENT_ID: '' }, ['REDOX_CLIENT_ID']],
  [{ REDOX_KEY_ID: '', REDOX_PRIVATE_KEY: '' }, ['REDOX_KEY_ID', 'REDOX_PRIVATE_KEY']],
  [{ REDOX_PRIVATE_KEY_FILE: '/any' }, ['REDOX_PRIVATE_KEY_FILE']],
  [{ REDOX_API_KEY: 'k' }, ['REDOX_API_KEY']],
  [
    { REDOX_API_KEY: 'k', REDOX_API_SECRET: 's', REDOX_KEY_ID: '' },
    ['REDOX_KEY_ID', 'REDOX_API_KEY', 'REDOX_API_SECRET'],
  ],
  [{ REDOX_DESTINATIONS: '' }, ['REDOX_DESTINATIONS']],
  [{ GATEWAY_SECRET: '' }, ['GATEWAY_SECRET']],
  [
    { AUTH_ISSUER: '', AUTH_AUDIENCE: '', AUTH_JWKS_URL: '' },
    ['AUTH_ISSUER', 'AUTH_AUDIENCE', 'AUTH_JWKS_URL'],
  ],
  [{ AUTH_JWKS_FILE: '/any' }, ['AUTH_JWKS_FILE']],
  [{ AUTH_MODE: 'none', HOST: '0.0.0.0' }, ['AUTH_MODE']],
  [{ AUTH_MODE: 'none', HOST: '127.0.0.1.example' }, ['AUTH_MODE']],
])('with OAuth credentials, %o is refused', async (change, names) => {
  expect(await faultyNames({ ...OAUTH, ...change })).toEqual(names);
});

it.each([
  [{ REDOX_API_KEY: 'k' }, 'REDOX_API_SECRET'],
  [{ REDOX_API_SECRET: 's' }, 'REDOX_API_KEY'],
])('half a legacy credential lacks the other half: %o', async (half, missing) => {
  expect(await faultyNames({ ...LEGACY, REDOX_API_KEY: '', REDOX_API_SECRET: '', ...half })).toEqual([
    missing,
  ]);
});

it.each([
  ['REDOX_API_URL', 'https://a.example', /REDOX_CLIENT_ID.*REDOX_API_SECRET/],
  ['REDOX_TOKEN_URL', 'https://a.example', /needs its credentials/],
  ['REDOX_UPLOAD_URL', 'https://a.example', /needs its credentials/],
  ['REDOX_SOURCE_ID', 'source', /needs its credentials/],
  ['REDOX_DESTINATIONS', `a=${GENERAL}`, /needs its credentials/],
  ['HOST', '::', /unless HOST is loopback/],
  ['AUTH_ISSUER', 'issuer', /together with AUTH_ISSUER/],
])('without credentials, %s=%s gives no silent sandbox', async (name, value, problem) => {
  const faults = await faultsOf({ [name]: value });
  const variable = name.startsWith('REDOX') ? name : 'AUTH_MODE';
  expect(faults).toEqual([{ variable, problem: expect.stringMatching(problem) }]);
});

it.each([
  ['REDOX_DESTINATION', 'is no setting; did you mean REDOX_DESTINATIONS?'],
  ['AUTH_ISUSER', 'is no setting; did you mean AUTH_ISSUER?'],
  ['GATEWAY_SECRETS', 'is no setting; did you mean GATEWAY_SECRET?'],
  ['BATCH_FURIOUSLY', 'is no setting'],
  ['RECENT_FILES_BYTES', 'is no setting; did you mean RECENT_FILE_BYTES?'],
])('refuses the misspelt %s', async (variable, problem) => {
  expect(await faultsOf({ [variable]: 'x' })).toEqual([{ variable, problem }]);
});

it('leaves alone what belongs to others, service links of Kubernetes too', async () => {
  const others = {
    PATH: '/bin',
    OTEL_SERVICE_NAME: 'x',
    REDOX_NOTHING: '',
    GATEWAY_PORT: 'tcp://10.0.0.1:80',
  };
  const links = {
    AUTH_SERVICE_HOST: 'x',
    AUTH_SERVICE_PORT_HTTP: '1',
    REDOX_GATEWAY_PORT_80_TCP_ADDR: '10.0.0.1',
  };
  await expect(parseConfig({ ...others, ...links })).resolves.toBeDefined();
  expect(await faultyNames({ GATEWAY_PORT: '4000' })).toEqual(['GATEWAY_PORT']);
});

it('reports all faults at once, in table order, then the misspelt names', async () => {
  const bad = Object.fromEntries(Object.entries(BAD_VALUES).map(([name, [value = '']]) => [name, value]));
  const error = await failure({ AUTH_ZZZ: 'x', AUTH_AAA: 'x', ...OAUTH, ...bad });
  const names = SETTINGS.map(({ name }) => name).filter((name) => name in BAD_VALUES);
  expect(error.faults.map(({ variable }) => variable)).toEqual([...names, 'AUTH_AAA', 'AUTH_ZZZ']);
  expect(error.message.split('\n').slice(1)).toEqual(
    error.faults.map((fault) => `  ${fault.variable} ${fault.problem}`),
  );
});

async function faultyNames(
  variables: Readonly<Record<string, string | undefined>>,
): Promise<readonly string[]> {
  return (await faultsOf(variables)).map(({ variable }) => variable);
}
