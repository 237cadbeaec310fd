/** Nothing is sent twice: the same clientMutationId gets the same response, also that its outcome is not known. */

import { describe, expect, test } from 'vitest';
import { LocalWriteMemory } from '../../src/writes/write-memory.ts';
import { askTogether, countArrivals } from '../support/arrivals.ts';
import { FakeClock, settle } from '../support/fake-clock.ts';
import { startFaultProxy, through } from '../support/fault-proxy.ts';
import { holdAnswers } from '../support/gate.ts';
import { startTestGateway } from '../support/gateway.ts';
import { until } from '../support/until.ts';
import { DELETE, deletion, SAVE, saving } from './inputs.ts';

const PLAIN =
  'mutation ($input: SaveMediaInput!) { saveMedia(input: $input) { redoxLogIds clientMutationId } }';
type Saved = { saveMedia: { redoxLogIds: string[] } };

describe('a clientMutationId', () => {
  const input = saving('a', { clientMutationId: 'm-1' });

  test('used again with the same input gets the first payload, at no call', async () => {
    await using gateway = await startTestGateway({ charts: [] });
    const first = await gateway.ask<Saved>(PLAIN, { input });
    const calls = await gateway.countCalls(async () => {
      expect(await gateway.ask<Saved>(PLAIN, { input })).toEqual(first);
    });
    expect(calls).toBe(0);
    expect(first.data?.saveMedia).toMatchObject({ clientMutationId: 'm-1' });
  });

  test('used at the same time is sent once', async () => {
    await using gateway = await startTestGateway({ charts: [] });
    const answers = await askTogether(gateway, 3, () => gateway.ask<Saved>(PLAIN, { input }));
    expect(new Set(answers.map(({ data }) => data?.saveMedia.redoxLogIds[0])).size).toBe(1);
    expect(gateway.redox.callCount).toBe(1);
  });

  test.each([
    ['another input', SAVE, saving('a', { clientMutationId: 'm-1', documentType: 'Photo' })],
    ['another mutation', DELETE, deletion('a', { clientMutationId: 'm-1' })],
  ])('used for %s is refused', async (_, operation, other) => {
    await using gateway = await startTestGateway({ charts: [] });
    await gateway.ask(PLAIN, { input });
    const { errors } = await gateway.ask(operation, { input: other });
    expect(errors[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      argument: 'input.clientMutationId',
      problem: 'was used for another input',
    });
    expect(gateway.redox.callCount).toBe(1);
  });

  test('may be used again after a clear refusal', async () => {
    await using gateway = await startTestGateway({ charts: [] });
    gateway.redox.answerWrite = () => ({ status: 400 });
    expect((await gateway.ask(PLAIN, { input })).errors[0]?.extensions.code).toBe('UPSTREAM_REJECTED');
    gateway.redox.answerWrite = undefined;
    expect((await gateway.ask(PLAIN, { input })).errors).toEqual([]);
    expect(gateway.redox.callCount).toBe(2);
  });

  test('is remembered for ten minutes', async () => {
    const clock = new FakeClock();
    const memory = new LocalWriteMemory(clock);
    const result = { logIds: ['l'], traceId: null };
    await memory.begin('key', 'f');
    await memory.finish('key', { fingerprint: 'f', result });
    clock.tick(10 * 60_000 - 1);
    expect(await memory.begin('key', 'f')).toMatchObject({ result });
    clock.tick(1);
    expect(await memory.begin('key', 'f')).toBeNull();
  });
});

describe('a write whose outcome is not known', () => {
  const input = saving('a', { clientMutationId: 'm-1' });
  const unknown = (code: string) => ({ code, retryable: false, outcome: 'UNKNOWN' });

  test.each<[string, number, string]>([
    ['500', 500, 'UPSTREAM_UNAVAILABLE'],
    ['502', 502, 'UPSTREAM_UNAVAILABLE'],
    ['504', 504, 'UPSTREAM_TIMEOUT'],
    ['nonsense', 200, 'UPSTREAM_PROTOCOL'],
  ])('(%s) says so, is sent once, and is not sent again', async (_, status, code) => {
    await using gateway = await startTestGateway({ charts: [] });
    gateway.redox.answerWrite = () => ({ status, body: '<html>' });
    for (let time = 0; time < 2; time += 1) {
      const { errors } = await gateway.ask(PLAIN, { input });
      expect(errors[0]?.extensions).toMatchObject(unknown(code));
    }
    expect(gateway.redox.callCount).toBe(1);
  });

  test('(a timeout) says so', async () => {
    const clock = new FakeClock();
    await using gateway = await startTestGateway({ charts: [] }, { REDOX_TIMEOUT_MS: '300' }, clock);
    using _held = holdAnswers(gateway.redox);
    const answer = gateway.ask(PLAIN, { input });
    await until(() => gateway.redox.inFlight === 1);
    await clock.advance(300);
    const { errors } = await answer;
    expect(errors[0]?.extensions).toMatchObject(unknown('UPSTREAM_TIMEOUT'));
  });

  test('(a connection that breaks) says so', async () => {
    await using proxy = await startFaultProxy();
    proxy.fault = { resetAfterBytes: 20 };
    await using gateway = await startTestGateway({ charts: [] }, through(proxy));
    const { errors } = await gateway.ask(PLAIN, { input });
    expect(errors[0]?.extensions).toMatchObject(unknown('UPSTREAM_UNAVAILABLE'));
    expect(gateway.redox.callCount).toBe(1);
  });
});

test('what never reached Redox may be sent again', async () => {
  await using proxy = await startFaultProxy();
  await using gateway = await startTestGateway({ charts: [] }, through(proxy));
  await proxy.refuse();
  const { errors } = await gateway.ask(PLAIN, { input: saving('a', { clientMutationId: 'm-1' }) });
  expect(errors[0]?.extensions).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retryable: true });
  expect(errors[0]?.extensions).not.toHaveProperty('outcome');
  await proxy.listen();
  expect((await gateway.ask(PLAIN, { input: saving('a', { clientMutationId: 'm-1' }) })).errors).toEqual([]);
});

test('a refusal in Meta.Errors is an error, whatever the status', async () => {
  await using gateway = await startTestGateway({ charts: [] });
  gateway.redox.answerWrite = () => ({
    status: 200,
    body: { Meta: { Logs: [{ ID: 'log-1' }], Errors: [{ ID: 1, Text: 'upstream text' }] } },
  });
  const { errors } = await gateway.ask(PLAIN, { input: saving('a') });
  expect(errors[0]?.extensions).toEqual({
    code: 'UPSTREAM_REJECTED',
    retryable: false,
    redox: { logIds: ['log-1'], status: 200 },
  });
});

test('an expired token costs no write: it is renewed, and the message sent again', async () => {
  await using gateway = await startTestGateway({ charts: [] });
  await gateway.ask(PLAIN, { input: saving('a') });
  gateway.redox.revokeTokens();
  expect((await gateway.ask(PLAIN, { input: saving('b') })).errors).toEqual([]);
});

test('a caller who leaves does not take a sent write back', async () => {
  await using gateway = await startTestGateway({ charts: [] });
  using gate = holdAnswers(gateway.redox);
  const leaving = new AbortController();
  const sent = fetch(gateway.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: PLAIN, variables: { input: saving('a', { documentId: 'kept' }) } }),
    signal: leaving.signal,
  });
  sent.catch(() => undefined);
  await until(() => gateway.redox.inFlight === 1);
  leaving.abort();
  await expect(sent).rejects.toThrow();
  await settle();
  expect(gateway.redox.inFlight).toBe(1);
  gate.open();
  await until(() => gateway.redox.inFlight === 0);
  const { data } = await gateway.ask('{ media(documentId: "kept") { documentId } }');
  expect(data).toEqual({ media: { documentId: 'kept' } });
});

test('a write that still waits for its turn at its deadline ends there, and is never sent', async () => {
  const clock = new FakeClock();
  await using gateway = await startTestGateway(
    { charts: [] },
    { REDOX_CONCURRENCY: '1', OPERATION_TIMEOUT_MS: '500' },
    clock,
  );
  using gate = holdAnswers(gateway.redox);
  using arrivals = countArrivals(gateway.url);
  const first = gateway.ask(PLAIN, { input: saving('a') });
  await until(() => gateway.redox.callCount === 1);
  const second = gateway.ask(PLAIN, { input: saving('b') });
  await until(() => arrivals.count === 2);
  await clock.advance(500);
  const { errors } = await second;
  expect(errors[0]?.extensions).toMatchObject({ code: 'UPSTREAM_TIMEOUT', retryable: true });
  expect(errors[0]?.extensions).not.toHaveProperty('outcome');
  gate.open();
  await first;
  expect(gateway.redox.callCount).toBe(1);
});
