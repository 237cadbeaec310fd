/** SANDBOX=open: settings for a trial from a container. */
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/config.ts';
import { faultsOf, LEGACY, OAUTH } from './environments.ts';

describe('SANDBOX=open, for a trial from a container', () => {
  it('listens on all addresses without tokens, and makes links to this machine', async () => {
    const config = await parseConfig({ SANDBOX: 'open', PORT: '4000' });
    expect(config).toMatchObject({
      listener: { host: '0.0.0.0', port: 4000 },
      auth: { mode: 'none' },
      redox: { kind: 'sandbox' },
      publicUrl: 'http://localhost:4000',
    });
  });

  it('takes HOST and PUBLIC_URL where they are set', async () => {
    const set = { HOST: '127.0.0.1', PUBLIC_URL: 'https://trial.example' };
    const config = await parseConfig({ SANDBOX: 'open', ...set });
    expect(config).toMatchObject({ listener: { host: '127.0.0.1' }, publicUrl: 'https://trial.example' });
  });

  it.each([
    ['an OAuth API key', OAUTH],
    ['a legacy API key', LEGACY],
    ['one credential', { REDOX_CLIENT_ID: 'client' }],
    ['a file of one', { REDOX_API_SECRET_FILE: '/nowhere' }],
  ])('is refused beside %s, and opens nothing', async (_, credentials) => {
    const faults = await faultsOf({ ...credentials, SANDBOX: 'open', HOST: '0.0.0.0', AUTH_MODE: 'none' });
    const variables = faults.map(({ variable }) => variable);
    expect(variables).toContain('SANDBOX');
    expect(variables).toContain('AUTH_MODE');
  });

  it('leaves no setting of tokens unused without a word', async () => {
    const [fault] = await faultsOf({ SANDBOX: 'open', AUTH_ISSUER: 'https://issuer.example/' });
    expect(fault).toEqual({
      variable: 'AUTH_MODE',
      problem: expect.stringContaining('together with AUTH_ISSUER'),
    });
  });
});
