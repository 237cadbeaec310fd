/** Settings of Redox's client: credentials, destinations and what is said of each. */
import { expect, it } from 'vitest';
import { parseConfig } from '../../src/config/config.ts';
import type { RedoxSettings } from '../../src/redox/settings.ts';
import { faultsOf, GENERAL, LEGACY, OAUTH } from './environments.ts';

it('takes the legacy credentials, and the sandbox again once all credentials are empty', async () => {
  const { redox } = await parseConfig(LEGACY);
  expect(redox).toMatchObject({ credentials: { kind: 'legacy', apiKey: 'key', secret: 'secret' } });
  const empty = { REDOX_CLIENT_ID: '', REDOX_API_KEY: '', REDOX_API_URL: '', AUTH_MODE: '', PORT: '' };
  expect(await parseConfig(empty)).toMatchObject({ listener: { port: 4000 }, redox: { kind: 'sandbox' } });
});

it('gives the Redox client what it takes', async () => {
  const config = await parseConfig({ ...OAUTH, REDOX_FACILITY_CODE: 'county=F', REDOX_SOURCE_ID: 'S' });
  if (config.redox.kind === 'sandbox') throw new Error('This is the real Redox.');
  const settings: RedoxSettings = { ...config.redox, ...config.upstream };
  expect(settings).toMatchObject({ sourceId: 'S', timeoutMs: 125_000 });
  expect([...settings.facilityCodes]).toEqual([['county', 'F']]);
  expect([...settings.destinations.keys()]).toEqual(['general', 'county']);
});

it('takes a facility code alone where there is one destination, and codes by alias, with = in them, where there are more', async () => {
  const codesOf = async (variables: object) => [
    ...(await parseConfig({ ...OAUTH, ...variables })).upstream.facilityCodes,
  ];
  expect(await codesOf({})).toEqual([]);
  const one = { REDOX_DESTINATIONS: `general=${GENERAL}` };
  expect(await codesOf({ ...one, REDOX_FACILITY_CODE: 'F, 1' })).toEqual([['general', 'F, 1']]);
  expect(await codesOf({ REDOX_FACILITY_CODE: 'county=F=1 , general=G' })).toEqual([
    ['county', 'F=1'],
    ['general', 'G'],
  ]);
});

it('trusts the lone calls of the destinations that are named, and of no others', async () => {
  const trustedBy = async (attribution: string) => [
    ...(await parseConfig({ REDOX_ATTRIBUTION: attribution })).upstream.attribution,
  ];
  expect(await trustedBy('exact')).toEqual([]);
  expect(await trustedBy('county=lone')).toEqual([['county', 'lone']]);
  expect(await trustedBy('county = lone, general=lone')).toEqual([
    ['county', 'lone'],
    ['general', 'lone'],
  ]);
});

it('knows the destinations of the embedded Redox, for codes by alias', async () => {
  const { upstream } = await parseConfig({ REDOX_FACILITY_CODE: 'county=F' });
  expect([...upstream.facilityCodes]).toEqual([['county', 'F']]);
  for (const code of ['F', 'nowhere=F'])
    expect(await faultsOf({ REDOX_FACILITY_CODE: code })).toHaveLength(1);
});
