/** The process: how it starts from any environment, and what it says when it cannot. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { postOperation } from './support/gateway.ts';
import { eventsOf, spawnGateway, startGatewayProcess } from './support/gateway-process.ts';

describe('the process starts', () => {
  test('from an empty environment, on the embedded Redox, and answers', async () => {
    const { url, output } = await startGatewayProcess({});
    const answer = await postOperation(url, {
      query: '{ patient(identifiers: [{ value: "SYN-000417", idType: "MR" }]) { media { totalCount } } }',
    });
    expect(answer).toEqual({ status: 200, data: { patient: { media: { totalCount: 8 } } }, errors: [] });
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/graphql$/);
    expect(output.stderr).toBe('');
    expect(eventsOf(output.stdout)).toEqual([
      { level: 30, time: expect.any(String), event: 'listening', url, sandbox: true },
    ]);
  });

  test('by npm start, and ends with a signal that npm gets, leaving nothing behind', async () => {
    const env = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' };
    const { child, url, ended } = await startGatewayProcess(env, ['npm', 'start', '--silent']);
    const livez = url.replace('/graphql', '/livez');
    expect((await fetch(livez)).status).toBe(200);
    child.kill('SIGTERM');
    await ended;
    await expect(fetch(livez)).rejects.toThrow();
  });
});

test('at a terminal it tells where to look, in lines to read', async () => {
  const terminal = `data:text/javascript,${encodeURIComponent('process.stdout.isTTY = true')}`;
  const { child, output, ended } = spawnGateway({ PORT: '0' }, [
    process.execPath,
    '--import',
    terminal,
    'src/main.ts',
  ]);
  while (!output.stdout.includes('Synthetic')) await once(child.stdout ?? child, 'data');
  const [open = '', explorer = '', endpoint = '', charts] = output.stdout.split('\n');
  const at = (line: string) => line.replace(/^\w+ +/, '');
  expect((await fetch(at(open), { headers: { accept: 'text/html' } })).status).toBe(200);
  expect(open).toMatch(/^Viewer /);
  expect(at(explorer)).toBe(`${at(open)}explorer`);
  expect(at(endpoint)).toBe(`${at(open)}graphql`);
  expect(charts).toBe('Synthetic charts; for the real Redox see docs/redox-setup.md');
  child.kill('SIGTERM');
  await ended;
});

test('libraries run as in production, whatever NODE_ENV says', async () => {
  // In development, graphql-js looks closer at what is no schema but says that it is, and throws.
  const atExit = `process.on('exit', () => {
    const { isSchema } = process.getBuiltinModule('module').createRequire(process.cwd() + '/')('graphql');
    process.stderr.write(String(isSchema({ [Symbol.toStringTag]: 'GraphQLSchema' })));
  })`;
  const hook = `data:text/javascript,${encodeURIComponent(atExit)}`;
  const { child, output, ended } = await startGatewayProcess({ NODE_ENV: 'development' }, [
    process.execPath,
    '--import',
    hook,
    'src/main.ts',
  ]);
  child.kill('SIGTERM');
  await ended;
  expect(output.stderr).toBe('false');
});

describe('the process does not start', () => {
  test('with faulty settings: all are named at once, no value is printed', async () => {
    const env = {
      PORT: 'canary-port',
      HOST: '0.0.0.0',
      REDOX_CLIENT_ID: 'canary-client',
      REDOX_PRIVATE_KEY: 'canary-key',
      REDOX_DESTINATIONS: 'canary-alias=canary-id',
      REDOX_TIMEOUT_MS: 'canary-timeout',
      REDOX_CLEINT_ID: 'canary-typo',
      AUTH_MODE: 'none',
      GATEWAY_SECRET: 'canary-secret',
    };
    const { output, ended } = spawnGateway(env);
    expect(await ended).toEqual([1, null]);
    expect(output.stdout).toBe('');
    expect(output.stderr).not.toContain('canary');
    const named = [...output.stderr.matchAll(/^ {2}([A-Z_]+) /gm)].map(([, name]) => name);
    expect(named).toEqual([
      'PORT',
      'REDOX_KEY_ID',
      'REDOX_PRIVATE_KEY',
      'REDOX_DESTINATIONS',
      'REDOX_TIMEOUT_MS',
      'AUTH_MODE',
      'GATEWAY_SECRET',
      'REDOX_CLEINT_ID',
    ]);
  });

  test('with credentials and nothing else: every setting that they need is named', async () => {
    const { output, ended } = spawnGateway({ REDOX_API_KEY: 'key', REDOX_API_SECRET: 'secret' });
    expect(await ended).toEqual([1, null]);
    for (const name of [
      'REDOX_DESTINATIONS',
      'AUTH_ISSUER',
      'AUTH_AUDIENCE',
      'AUTH_JWKS_URL',
      'GATEWAY_SECRET',
    ]) {
      expect(output.stderr).toMatch(new RegExp(`^ {2}${name} .*required`, 'm'));
    }
  });

  test('on a port in use: one line says so', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' ? String(address?.port) : '';
    const { output, ended } = spawnGateway({ PORT: port });
    expect(await ended).toEqual([1, null]);
    expect(output).toEqual({
      stdout: '',
      stderr: `The gateway cannot listen: PORT ${port} of HOST 127.0.0.1 is in use.\n`,
    });
    other.close();
  });
});
