/** Tokens that their issuer signed for something else are no access tokens, whatever their claims. */
import { expect, test } from 'vitest';
import { startTestGateway } from '../../support/gateway.ts';
import { AUDIENCE, ISSUER, signToken, writeJwksFile } from './issuer.ts';

test('only a token whose typ is absent, JWT or at+jwt is taken', async () => {
  const auth = { AUTH_MODE: 'jwt', AUTH_ISSUER: ISSUER, AUTH_AUDIENCE: AUDIENCE };
  await using gateway = await startTestGateway({}, { ...auth, AUTH_JWKS_FILE: await writeJwksFile() });
  const statusOf = async (typ?: string) => {
    const token = await signToken(typ === undefined ? {} : { typ });
    return (await gateway.ask('{ destinations { id } }', {}, { authorization: `Bearer ${token}` })).status;
  };
  expect(await statusOf()).toBe(200);
  for (const typ of ['JWT', 'jwt', 'at+jwt', 'application/at+jwt'])
    expect([typ, await statusOf(typ)]).toEqual([typ, 200]);
  for (const typ of [
    'id_token',
    'logout+jwt',
    'secevent+jwt',
    'dpop+jwt',
    'application/dpop+jwt',
    'at+jwt2',
    '',
  ])
    expect([typ, await statusOf(typ)]).toEqual([typ, 401]);
});
