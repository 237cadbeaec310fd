/** ACCESS_LOG: a line for each request, of its shape alone. */
import { expect, test } from 'vitest';
import { eventsOf, startGatewayProcess } from '../support/gateway-process.ts';
import { until } from '../support/until.ts';

/** The embedded Redox is another client: it tells the gateway of its charts. */
const isOfCaller = ({ event, route }: Readonly<Record<string, unknown>>) =>
  event === 'request' && route !== '/redox/events';

async function logOf(env: Record<string, string>) {
  const { child, url, output, ended } = await startGatewayProcess(env);
  const query = '{ patient(identifiers: [{ value: "SYN-000417", idType: "MR" }]) { media { totalCount } } }';
  const body = JSON.stringify({ query });
  await (
    await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  ).arrayBuffer();
  for (const path of ['/content/SYN-000417?SYN-000417', '/SYN-000417']) {
    await (await fetch(new URL(path, url))).arrayBuffer();
  }
  child.kill('SIGTERM');
  await ended;
  return { stdout: output.stdout, lines: eventsOf(output.stdout).filter(isOfCaller) };
}

test('a line for each request: route, method, status, duration, bytes, and nothing that its caller chose', async () => {
  const { stdout, lines } = await logOf({ ACCESS_LOG: 'true' });
  const shape = (route: string, method: string, status: number) => ({
    level: 30,
    time: expect.any(String),
    event: 'request',
    route,
    method,
    status,
    durationMs: expect.any(Number),
    bytes: expect.any(Number),
    isComplete: true,
  });
  expect(lines).toEqual([
    shape('/graphql', 'POST', 200),
    shape('/content/:token', 'GET', 403),
    shape('none', 'GET', 404),
  ]);
  for (const { bytes } of lines) expect(bytes).toBeGreaterThan(100);
  expect(stdout).not.toMatch(/SYN|000417/);
});

test('a client that leaves before the end of its response has a line, too', async () => {
  const { child, url, output, ended } = await startGatewayProcess({ ACCESS_LOG: 'true' });
  const client = new AbortController();
  const body = JSON.stringify({ query: 'subscription { mediaChanged { kind } }' });
  const headers = { 'content-type': 'application/json', accept: 'text/event-stream' };
  const stream = await fetch(url, { method: 'POST', headers, body, signal: client.signal });
  expect(stream.status).toBe(200);
  client.abort();
  await until(() => output.stdout.includes('"route":"/graphql"'));
  child.kill('SIGTERM');
  await ended;
  const [line] = eventsOf(output.stdout).filter(({ route }) => route === '/graphql');
  expect(line).toMatchObject({ method: 'POST', status: 200, isComplete: false });
});

test('by default there is none', async () => {
  expect((await logOf({})).lines).toEqual([]);
});
