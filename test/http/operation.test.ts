/** An operation's time: it ends with its caller, and at its deadline, and takes its upstream calls along. */
import { afterEach, expect, test } from 'vitest';
import { countArrivals } from '../support/arrivals.ts';
import { FakeClock, settle } from '../support/fake-clock.ts';
import { holdAnswers } from '../support/gate.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { until } from '../support/until.ts';

const MEDIA = 'media { totalCount }';
const PATIENT = `patient(identifiers: [{ value: "SYN-000417", idType: "MR" }]) { ${MEDIA} }`;
const DEADLINE_MS = 400;
const settings = { OPERATION_TIMEOUT_MS: String(DEADLINE_MS) };

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
  gateway = await startTestGateway();
  using _held = holdAnswers(gateway.redox);
  const caller = new AbortController();
  const operation = send(`{ ${PATIENT} }`, caller.signal);
  operation.catch(() => undefined);
  await until(() => gateway.redox.inFlight === 1);
  caller.abort();
  await expect(operation).rejects.toThrow();
  // The gate is still closed.
  await until(() => gateway.redox.inFlight === 0);
});

test('a caller who hangs up leaves the call to those who share it', async () => {
  gateway = await startTestGateway();
  using gate = holdAnswers(gateway.redox);
  using arrivals = countArrivals(gateway.url);
  const caller = new AbortController();
  const leaving = send(`{ ${PATIENT} }`, caller.signal);
  leaving.catch(() => undefined);
  await until(() => gateway.redox.inFlight === 1);
  const staying = gateway.ask(`{ ${PATIENT} }`);
  await until(() => arrivals.count === 2);
  await settle();
  caller.abort();
  await expect(leaving).rejects.toThrow();
  await settle();
  gate.open();
  expect(await staying).toEqual({ status: 200, data: { patient: { media: { totalCount: 8 } } }, errors: [] });
  expect(gateway.redox.callCount).toBe(1);
});

test('a hanging Redox: UPSTREAM_TIMEOUT at the fields it hit, at the deadline, and its calls end', async () => {
  const clock = new FakeClock();
  gateway = await startTestGateway({}, settings, clock);
  using _held = holdAnswers(gateway.redox);
  let isAnswered = false;
  const answer = gateway
    .ask(
      `{ ${PATIENT} other: patient(identifiers: [{ value: "x", idType: "MR" }]) { destination ${MEDIA} } }`,
    )
    .finally(() => {
      isAnswered = true;
    });
  await until(() => gateway.redox.inFlight === 1);
  await clock.advance(DEADLINE_MS - 1);
  expect(isAnswered).toBe(false);
  await clock.advance(1);
  const { status, data, errors } = await answer;
  expect(status).toBe(200);
  expect(data).toEqual({ patient: { media: null }, other: { destination: 'general', media: null } });
  expect(errors.map(({ path }) => path)).toEqual([
    ['patient', 'media'],
    ['other', 'media'],
  ]);
  for (const { message, extensions } of errors) {
    expect(message).toBe('Redox did not respond in time.');
    expect(extensions).toMatchObject({ code: 'UPSTREAM_TIMEOUT', retryable: true });
  }
  await until(() => gateway.redox.inFlight === 0);
});

test('an operation that waits for a slot ends at its deadline too', async () => {
  const clock = new FakeClock();
  gateway = await startTestGateway({}, { ...settings, REDOX_CONCURRENCY: '1' }, clock);
  using _held = holdAnswers(gateway.redox);
  using arrivals = countArrivals(gateway.url);
  const first = gateway.ask(`{ ${PATIENT} }`);
  await until(() => gateway.redox.inFlight === 1);
  const second = gateway.ask(`{ visit(visitNumber: "V-3001") { ${MEDIA} } }`);
  await until(() => arrivals.count === 2);
  await clock.advance(DEADLINE_MS);
  const codes = (await Promise.all([first, second])).map(({ errors }) => errors[0]?.extensions.code);
  expect(codes).toEqual(['UPSTREAM_TIMEOUT', 'UPSTREAM_TIMEOUT']);
  expect(gateway.redox.maxInFlight).toBe(1);
});
