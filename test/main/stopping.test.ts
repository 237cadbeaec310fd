/** The process ends: operations in flight are answered, new ones are not taken, and no caller waits for the rest. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { startSandbox } from '../../sandbox/sandbox.ts';
import { extensionsFor, startCallbackRouter } from '../http/live/callback-router.ts';
import { post as subscribe } from '../http/live/live-server.ts';
import { post } from '../http/servers.ts';
import { holdAnswers } from '../support/gate.ts';
import { postOperation } from '../support/gateway.ts';
import { eventsOf, type GatewayProcess, startGatewayProcess } from '../support/gateway-process.ts';
import { settingsFor } from '../support/settings.ts';
import { until } from '../support/until.ts';

const QUERY = '{ patient(identifiers: [{ value: "SYN-000417", idType: "MR" }]) { media { totalCount } } }';
const DATA = { data: { patient: { media: { totalCount: 8 } } } };

/** A gateway with an operation in flight that its Redox answers when the gate is opened. */
async function startBusy(settings: Record<string, string> = {}) {
  const redox = await startSandbox();
  const gate = holdAnswers(redox);
  onTestFinished(() => redox.close());
  const gateway = await startGatewayProcess({ ...settingsFor(redox), LOG_LEVEL: 'info', ...settings });
  const operation = post(gateway.url, { query: QUERY });
  operation.catch(() => undefined);
  await until(() => redox.inFlight === 1);
  return { ...gateway, gate, operation, base: gateway.url.replace('/graphql', '') };
}

function heard({ output }: GatewayProcess, event: string): boolean {
  return eventsOf(output.stdout).some((line) => line['event'] === event);
}

test('SIGINT lets an operation in flight be answered, then ends with 0', async () => {
  const gateway = await startBusy();
  gateway.child.kill('SIGINT');
  await until(() => heard(gateway, 'draining'));
  gateway.gate.open();
  const answer = await gateway.operation;
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual(DATA);
  // So that the caller does not send its next operation into a connection that is about to go.
  expect(answer.headers.get('connection')).toBe('close');
  expect(await gateway.ended).toEqual([0, null]);
  expect(eventsOf(gateway.output.stdout).map(({ event }) => event)).toEqual([
    'listening',
    'draining',
    'stopped',
  ]);
  expect(gateway.output.stderr).toBe('');
});

test('ends when nothing is in flight, though connections that say nothing stay open', async () => {
  const gateway = await startGatewayProcess();
  await fetch(gateway.url.replace('/graphql', '/readyz'));
  const { port, hostname } = new URL(gateway.url);
  const silent = connect(Number(port), hostname).on('error', () => undefined);
  onTestFinished(() => {
    silent.destroy();
  });
  await once(silent, 'connect');
  gateway.child.kill('SIGTERM');
  // The test's own time would run out before a connection is given up for its silence.
  expect(await gateway.ended).toEqual([0, null]);
});

test('SIGTERM completes subscriptions, by whichever protocol they leave, and then ends with 0', async () => {
  const router = await startCallbackRouter();
  const gateway = await startGatewayProcess({ SUBSCRIPTION_CALLBACKS: router.origin });
  const query = 'subscription { mediaChanged { cursor } }';
  const [events, parts, called] = await Promise.all(
    ['text/event-stream', 'multipart/mixed;subscriptionSpec=1.0', 'application/json;callbackSpec=1.0'].map(
      (accept) => subscribe(gateway.url, accept, { query, extensions: extensionsFor(router.origin) }),
    ),
  );
  gateway.child.kill('SIGTERM');
  expect(await events?.text()).toBe(':\n\nevent: complete\ndata:\n\n');
  expect(await parts?.text()).toMatch(/\r\n--graphql--\r\n$/);
  expect(await called?.json()).toMatchObject({ data: null });
  expect(await gateway.ended).toEqual([0, null]);
  expect(router.actions()).toEqual(['check', 'complete']);
});

test('while it drains it is alive, not ready, and takes no operation', async () => {
  const gateway = await startBusy();
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
  gateway.gate.open();
  expect(await (await gateway.operation).json()).toEqual(DATA);
  expect(await gateway.ended).toEqual([0, null]);
});

test('another signal ends it at once', async () => {
  const gateway = await startBusy();
  gateway.child.kill('SIGTERM');
  await until(() => heard(gateway, 'draining'));
  // One that comes right after the first is the same one, as a terminal and npm send it.
  await until(() => gateway.child.kill('SIGTERM') === false || gateway.child.exitCode !== null);
  expect(await gateway.ended).toEqual([1, null]);
  await expect(gateway.operation).rejects.toThrow();
});

test('an operation that hangs holds it up no longer than its own deadline', async () => {
  const gateway = await startBusy({ OPERATION_TIMEOUT_MS: '600' });
  gateway.child.kill('SIGTERM');
  expect(await (await gateway.operation).text()).toContain('"code":"UPSTREAM_TIMEOUT"');
  expect(await gateway.ended).toEqual([0, null]);
});
