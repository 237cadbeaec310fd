/** The process ends: operations in flight are answered, new ones are not taken, and nobody waits for the rest. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startSandbox } from '../../sandbox/sandbox.ts';
import { post } from '../http/servers.ts';
import { postOperation } from '../support/gateway.ts';
import { eventsOf, type GatewayProcess, startGatewayProcess } from '../support/gateway-process.ts';
import { settingsFor } from '../support/settings.ts';
import { until } from '../support/until.ts';

const QUERY = '{ patient(identifiers: [{ value: "SYN-000417", idType: "MR" }]) { media { totalCount } } }';
const DATA = { data: { patient: { media: { totalCount: 8 } } } };

/** A gateway with an operation in flight that takes as long as its Redox does. */
async function startBusy(latencyMs: number, settings: Record<string, string> = {}) {
  const redox = await startSandbox({ latencyMs });
  onTestFinished(() => redox.close());
  const gateway = await startGatewayProcess({ ...settingsFor(redox), LOG_LEVEL: 'info', ...settings });
  const operation = post(gateway.url, { query: QUERY });
  operation.catch(() => undefined);
  await until(() => redox.inFlight === 1);
  return { ...gateway, operation, base: gateway.url.replace('/graphql', '') };
}

function heard({ output }: GatewayProcess, event: string): boolean {
  return eventsOf(output.stdout).some((line) => line['event'] === event);
}

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', (signal) => {
  test('lets an operation in flight be answered, then ends with 0', async () => {
    const gateway = await startBusy(700);
    gateway.child.kill(signal);
    const answer = await gateway.operation;
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual(DATA);
    const answeredAt = gateway.ageMs();
    // So that the caller does not send its next operation into a connection that is about to go.
    expect(answer.headers.get('connection')).toBe('close');
    expect(await gateway.ended).toEqual([0, null]);
    // Neither the caller's idle connection nor a timer holds it up.
    expect(gateway.ageMs() - answeredAt).toBeLessThan(1000);
    expect(eventsOf(gateway.output.stdout).map(({ event }) => event)).toEqual([
      'listening',
      'draining',
      'stopped',
    ]);
    expect(gateway.output.stderr).toBe('');
  });
});

test('ends at once when nothing is in flight, whatever connections are open', async () => {
  const gateway = await startGatewayProcess();
  await fetch(gateway.url.replace('/graphql', '/readyz'));
  const { port, hostname } = new URL(gateway.url);
  const silent = connect(Number(port), hostname).on('error', () => undefined);
  onTestFinished(() => {
    silent.destroy();
  });
  await once(silent, 'connect');
  const askedAt = gateway.ageMs();
  gateway.child.kill('SIGTERM');
  expect(await gateway.ended).toEqual([0, null]);
  expect(gateway.ageMs() - askedAt).toBeLessThan(1000);
});

test('while it drains it is alive, not ready, and takes no operation', async () => {
  const gateway = await startBusy(1500);
  gateway.child.kill('SIGTERM');
  await until(() => heard(gateway, 'draining'));
  const ready = await fetch(`${gateway.base}/readyz`);
  expect(ready.status).toBe(503);
  expect(ready.headers.get('connection')).toBe('close');
  expect(await ready.json()).toEqual({ ready: false, reason: 'draining' });
  expect((await fetch(`${gateway.base}/livez`)).status).toBe(200);
  const late = await postOperation(gateway.url, { query: QUERY });
  expect(late).toMatchObject({
    status: 503,
    errors: [{ extensions: { code: 'OVERLOADED', retryable: true } }],
  });
  expect(await (await gateway.operation).json()).toEqual(DATA);
  expect(await gateway.ended).toEqual([0, null]);
});

test('a second signal ends it at once', async () => {
  const gateway = await startBusy(30_000);
  gateway.child.kill('SIGTERM');
  await until(() => heard(gateway, 'draining'));
  await setTimeout(300);
  const askedAt = gateway.ageMs();
  gateway.child.kill('SIGTERM');
  expect(await gateway.ended).toEqual([1, null]);
  expect(gateway.ageMs() - askedAt).toBeLessThan(1000);
  await expect(gateway.operation).rejects.toThrow();
});

test('a signal that comes twice, as by a terminal and npm, still lets operations be answered', async () => {
  const gateway = await startBusy(700);
  gateway.child.kill('SIGINT');
  await until(() => heard(gateway, 'draining'));
  gateway.child.kill('SIGINT');
  expect((await gateway.operation).status).toBe(200);
  expect(await gateway.ended).toEqual([0, null]);
});

test('an operation that hangs holds it up no longer than its own deadline', async () => {
  const gateway = await startBusy(30_000, { OPERATION_TIMEOUT_MS: '600' });
  gateway.child.kill('SIGTERM');
  expect(await (await gateway.operation).text()).toContain('"code":"UPSTREAM_TIMEOUT"');
  expect(await gateway.ended).toEqual([0, null]);
});
