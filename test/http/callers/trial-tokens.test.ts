/** `npm run token`: a printed token limits its bearer on the embedded Redox, and opens nothing anywhere else. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { startTestGateway } from '../../support/gateway.ts';
import { post, startSandboxMode } from '../servers.ts';
import { AUDIENCE, ISSUER, writeJwksFile } from './issuer.ts';

const print = (...args: string[]) =>
  promisify(execFile)(process.execPath, ['scripts/print-token.ts', ...args]).then(({ stdout }) =>
    stdout.trim(),
  );

const QUERY = `{ patients(patients: [
  { identifiers: [{ value: "SYN-000417", idType: "MR" }] }, { identifiers: [{ value: "SYN-000902", idType: "MR" }] }
]) { media { totalCount } } }`;
const ask = async (url: string, token?: string) => {
  const response = await post(
    url,
    { query: QUERY },
    token === undefined ? {} : { authorization: `Bearer ${token}` },
  );
  return { status: response.status, body: await response.json() };
};

test('with a token only what it allows, without one everything, with a bad one nothing', async () => {
  const gateway = await startSandboxMode();
  try {
    const token = await print('--patients', 'MR|SYN-000417, MR|SYN-000001');
    expect((await ask(gateway.url, token)).body).toMatchObject({
      data: { patients: [{ media: { totalCount: 8 } }, { media: null }] },
      errors: [{ extensions: { code: 'FORBIDDEN' } }],
    });
    expect((await ask(gateway.url)).body).not.toHaveProperty('errors');
    expect((await ask(gateway.url, `${token}A`)).status).toBe(401);
    expect((await ask(gateway.url, await print('--scope', 'media:write'))).body).toMatchObject({
      data: { patients: [null, null] },
      errors: [{ extensions: { code: 'FORBIDDEN' } }, { extensions: { code: 'FORBIDDEN' } }],
    });
  } finally {
    await gateway.close();
  }
});

test('a gateway with an issuer of its own does not take it', async () => {
  const settings = { AUTH_MODE: 'jwt', AUTH_ISSUER: ISSUER, AUTH_AUDIENCE: AUDIENCE };
  await using gateway = await startTestGateway({}, { ...settings, AUTH_JWKS_FILE: await writeJwksFile() });
  expect((await ask(gateway.url, await print())).status).toBe(401);
});

test.each([[['--minutes', '0']], [['--patient', 'SYN-000417']], [['stray']]])(
  '%j is answered with how to do it',
  async (args) => {
    await expect(print(...args)).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('npm run -s token --'),
    });
  },
);
