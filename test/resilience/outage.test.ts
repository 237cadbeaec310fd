/** R1: Redox refuses connections for a while. What callers hear, and when, by the gateway's own clock. */
import { expect, test } from 'vitest';
import { FakeClock } from '../support/fake-clock.ts';
import { startFaultProxy, through } from '../support/fault-proxy.ts';
import { startTestGateway } from '../support/gateway.ts';
import { chartDocument } from '../support/own-chart.ts';
import { readMetrics } from '../support/read-metrics.ts';
import { until } from '../support/until.ts';
import { answer, isGood, patientQuery } from './operations.ts';

const DEADLINE_MS = 5000;
/** 50 operations a second. */
const PACE_MS = 20;
/** As the metric has it. */
const [CLOSED, OPEN] = [0, 2];
const NAMES = Array.from({ length: 50 }, (_, at) => `p${at}`);

test('callers hear of it by their deadline, and once the breaker is open at once; when Redox is back, within a second', async () => {
  const clock = new FakeClock();
  await using proxy = await startFaultProxy();
  const charts = NAMES.map((name) => chartDocument(name, { documentId: name }));
  const settings = { OPERATION_TIMEOUT_MS: String(DEADLINE_MS) };
  await using gateway = await startTestGateway({ charts }, through(proxy, settings), clock);
  const ask = (at: number) => answer(gateway.url, patientQuery(NAMES[at % NAMES.length] ?? ''));
  const breaker = async () => (await readMetrics(gateway.url)).get('breaker_state{destination="redox"}');
  expect(isGood(await ask(0))).toBe(true);

  await proxy.refuse();
  const early: ReturnType<typeof ask>[] = [];
  await until(async () => {
    early.push(ask(early.length));
    await clock.advance(PACE_MS);
    return (await breaker()) === OPEN;
  });
  const heard = await clock.advanceUntil(Promise.all(early), DEADLINE_MS);
  expect(new Set(heard.map(({ codes }) => codes.join()))).toEqual(new Set(['UPSTREAM_UNAVAILABLE']));

  // The clock stands still.
  const refused = await Promise.all(NAMES.map((_, at) => ask(at)));
  expect(new Set(refused.map(({ codes }) => codes.join()))).toEqual(new Set(['UPSTREAM_UNAVAILABLE']));
  expect(await breaker()).toBe(OPEN);

  await proxy.listen();
  await clock.advance(1000);
  expect(isGood(await ask(0))).toBe(true);
  const answers = await Promise.all(NAMES.map((_, at) => ask(at)));
  expect(answers.every(isGood)).toBe(true);
  expect(await breaker()).toBe(CLOSED);
});
