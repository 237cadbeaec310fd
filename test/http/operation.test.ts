/** An operation's time: it ends with its caller, and at its deadline, and takes its upstream calls along. */
import { afterEach, expect, test } from 'vitest';
import { postOperation, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { until } from '../support/until.ts';

const MEDIA = 'media { totalCount }';
const PATIENT = `patient(identifiers: [{ value: "SYN-000417", idType: "MR" }]) { ${MEDIA} }`;
const DEADLINE_MS = 400;
/** From the deadline to the answer's last byte. */
const GRACE_MS = 250;

let gateway: TestGateway;
afterEach(() => gateway.close());

const send = (query: string, signal: AbortSignal) =>
  fetch(gateway.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
    signal,
  });

test('a caller who hangs up takes the upstream call along', async () => {
  gateway = await startTestGateway({ latencyMs: 60_000 });
  const caller = new AbortController();
  const operation = send(`{ ${PATIENT} }`, caller.signal);
  operation.catch(() => undefined);
  await until(() => gateway.redox.inFlight === 1);
  caller.abort();
  await expect(operation).rejects.toThrow();
  await until(() => gateway.redox.inFlight === 0, 1000);
});

test('a caller who hangs up leaves the call to those who share it', async () => {
  gateway = await startTestGateway({ latencyMs: 500 });
  const caller = new AbortController();
  const leaving = send(`{ ${PATIENT} }`, caller.signal);
  leaving.catch(() => undefined);
  const staying = gateway.ask(`{ ${PATIENT} }`);
  await until(() => gateway.redox.inFlight === 1);
  caller.abort();
  expect(await staying).toEqual({ status: 200, data: { patient: { media: { totalCount: 8 } } }, errors: [] });
  expect(gateway.redox.callCount).toBe(1);
});

test('a hanging Redox: UPSTREAM_TIMEOUT at the fields it hit, at the deadline, and its calls end', async () => {
  gateway = await startTestGateway({ latencyMs: 60_000 }, { OPERATION_TIMEOUT_MS: String(DEADLINE_MS) });
  await gateway.ask('{ destinations { id } }');
  const startedAt = performance.now();
  const { status, data, errors } = await postOperation(gateway.url, {
    query: `{ ${PATIENT} other: patient(identifiers: [{ value: "x", idType: "MR" }]) { destination ${MEDIA} } }`,
  });
  const tookMs = performance.now() - startedAt;
  expect(tookMs).toBeGreaterThanOrEqual(DEADLINE_MS - 5);
  expect(tookMs).toBeLessThan(DEADLINE_MS + GRACE_MS);
  expect(status).toBe(200);
  expect(data).toEqual({ patient: { media: null }, other: { destination: 'general', media: null } });
  expect(errors.map(({ path }) => path)).toEqual([
    ['patient', 'media'],
    ['other', 'media'],
  ]);
  for (const { message, extensions } of errors) {
    expect(message).toBe('Redox did not answer in time.');
    expect(extensions).toMatchObject({ code: 'UPSTREAM_TIMEOUT', retryable: true });
  }
  await until(() => gateway.redox.inFlight === 0, 1000);
});

test('an operation that waits for a slot ends at its deadline too', async () => {
  const settings = { OPERATION_TIMEOUT_MS: String(DEADLINE_MS), REDOX_CONCURRENCY: '1' };
  gateway = await startTestGateway({ latencyMs: 60_000 }, settings);
  const [first, second] = await Promise.all([
    gateway.ask(`{ ${PATIENT} }`),
    gateway.ask(`{ visit(visitNumber: "V-3001") { ${MEDIA} } }`),
  ]);
  expect(gateway.redox.mostInFlight).toBe(1);
  expect([first.errors[0]?.extensions.code, second.errors[0]?.extensions.code]).toEqual([
    'UPSTREAM_TIMEOUT',
    'UPSTREAM_TIMEOUT',
  ]);
});
