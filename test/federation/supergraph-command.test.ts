/** `npm run supergraph`, as its users run it. */
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { postOperation } from '../support/gateway.ts';
import { spawnGateway } from '../support/gateway-process.ts';
import { until } from '../support/until.ts';

const MAIN = fileURLToPath(new URL('../../examples/supergraph/main.ts', import.meta.url));

const run = (port: string, env: Record<string, string> = {}) =>
  spawnGateway({ SUPERGRAPH_PORT: port, ...env }, [process.execPath, MAIN]);

test('says what to ask, answers it, and ends with a signal', async () => {
  // A real Redox in the environment stays out of it.
  const { child, output, ended } = run('0', {
    REDOX_API_URL: 'https://redox.example',
    APOLLO_KEY: 'service:x:y',
  });
  await until(() => output.stdout.includes('curl') || child.exitCode !== null);
  const [, url = '', body = ''] =
    /^curl -s (\S+) -H 'content-type: application\/json' -d '(.+)'$/m.exec(output.stdout) ?? [];
  const { data, errors } = await postOperation(url, JSON.parse(body));
  expect(errors).toEqual([]);
  expect(data).toMatchObject({
    directoryPatients: [
      {
        name: 'Synthetic Patient 417',
        media: { totalCount: 8, nodes: [{ documentId: 'doc-8848' }, {}, {}] },
      },
    ],
  });
  // Both at once, as Ctrl-C under npm does.
  child.kill('SIGINT');
  child.kill('SIGINT');
  expect(await ended).toEqual([0, null]);
  expect(output.stderr).toBe('');
});

describe('refuses to start, and says why', () => {
  test('on a port that is no port', async () => {
    const { output, ended } = run('65536');
    expect(await ended).toEqual([1, null]);
    expect(output.stderr).toBe('SUPERGRAPH_PORT must be a whole number from 0 to 65535.\n');
  });

  test('on a port that is in use, and leaves nothing running', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const address = server.address();
    const { output, ended } = run(String(typeof address === 'object' ? address?.port : ''));
    expect(await ended).toEqual([1, null]);
    expect(output.stderr).toBe(
      'The port is in use; set SUPERGRAPH_PORT to another one (0 takes any free port).\n',
    );
  });
});
