/** The audit trail on stdout, of a process of its own: what was answered is there, and a stdout that takes nothing holds no response up. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { startSandbox } from '../../sandbox/sandbox.ts';
import { postOperation } from '../support/gateway.ts';
import { eventsOf, startGatewayProcess } from '../support/gateway-process.ts';
import { byRecordNumber, chartDocument } from '../support/own-chart.ts';
import { settingsFor } from '../support/settings.ts';
import { until } from '../support/until.ts';
import { DELETE, deletion } from '../writes/inputs.ts';

const QUERY =
  'query ($patients: [PatientInput!]!) { patients(patients: $patients) { media { totalCount } } }';
const patients = Array.from({ length: 50 }, (_, at) => byRecordNumber(`p${at}`));

const readinessOf = async (url: string) => (await fetch(new URL('/readyz', url))).status;

async function startRedox() {
  const redox = await startSandbox({ charts: [chartDocument('a')] });
  onTestFinished(() => redox.close());
  return { redox, settings: { ...settingsFor(redox), AUDIT_FILE: '', LOG_LEVEL: 'info' } };
}

test('while it is not read, responses come all the same, nothing is written to Redox, and /readyz tells', async () => {
  const { redox, settings } = await startRedox();
  const { url, child, output } = await startGatewayProcess(settings);
  child.stdout?.pause();
  let status = 200;
  for (let times = 0; times < 60 && status === 200; times++)
    ({ status } = await postOperation(url, { query: QUERY, variables: { patients } }));
  expect(status).toBe(503);
  expect(await readinessOf(url)).toBe(503);
  const calls = redox.callCount;
  const { errors } = await postOperation(url, { query: DELETE, variables: { input: deletion('a') } });
  expect(errors.map(({ extensions }) => extensions)).toEqual([{ code: 'OVERLOADED', retryable: true }]);
  expect(redox.callCount).toBe(calls);
  child.stdout?.resume();
  await until(async () => (await readinessOf(url)) === 200);
  expect((await postOperation(url, { query: QUERY, variables: { patients } })).status).toBe(200);
  await until(() => eventsOf(output.stdout).some(({ event }) => event === 'audit-restored'));
  const lines = eventsOf(output.stdout);
  expect(lines.filter(({ event }) => event === 'audit-failed')).toMatchObject([
    { name: 'SinkError', code: 'AUDIT_READER_STOPPED' },
  ]);
  const seqs = lines.flatMap(({ seq }) => (typeof seq === 'number' ? [seq] : []));
  expect(seqs).toEqual(seqs.map((_, at) => at + 1));
});

test('on a full disk the process runs, refuses, and says so by /readyz', async () => {
  const { redox, settings } = await startRedox();
  const full = openSync('/dev/full', 'w');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/graphql`;
  const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
  const child = spawn(process.execPath, [main], {
    env: { ...settings, PORT: String(port) },
    stdio: ['ignore', full, 'ignore'],
  });
  closeSync(full);
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  await until(() => readinessOf(url).then(Boolean, () => false));
  expect((await postOperation(url, { query: QUERY, variables: { patients } })).status).toBe(503);
  expect(await readinessOf(url)).toBe(503);
  await postOperation(url, { query: DELETE, variables: { input: deletion('a') } });
  expect(redox.calls.map(({ query }) => JSON.stringify(query)).join()).not.toContain('"Delete"');
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

/** One that was free a moment ago: the process cannot say which it has taken. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}
