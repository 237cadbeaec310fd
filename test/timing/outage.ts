/** R1 in real time: Redox cannot be reached for a while, under a steady load. */
import { expect } from 'vitest';
import { isGood, patientQuery } from '../resilience/operations.ts';
import { startFaultProxy, through } from '../support/fault-proxy.ts';
import { startTestGateway } from '../support/gateway.ts';
import { chartDocument } from '../support/own-chart.ts';
import { quantile, runLoad, type TimedAnswer } from './load.ts';

const DEADLINE_MS = 5000;
/** Before and after it. */
const USUAL_SECONDS = 2;

export async function checkOutage(outageSeconds: number): Promise<void> {
  await using proxy = await startFaultProxy();
  const names = Array.from({ length: 50 }, (_, at) => `p${at}`);
  const charts = names.map((name) => chartDocument(name, { documentId: name }));
  await using gateway = await startTestGateway(
    { charts },
    through(proxy, { OPERATION_TIMEOUT_MS: String(DEADLINE_MS) }),
  );
  const [from, to] = [USUAL_SECONDS * 1000, (USUAL_SECONDS + outageSeconds) * 1000];
  const outage = [setTimeout(() => void proxy.refuse(), from), setTimeout(() => void proxy.listen(), to)];
  const answers = await runLoad(gateway.url, {
    perSecond: 50,
    seconds: outageSeconds + 2 * USUAL_SECONDS,
    query: (at) => patientQuery(names[at % names.length] ?? ''),
  });
  for (const timer of outage) clearTimeout(timer);

  expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
  expect(new Set(answers.flatMap(({ codes }) => codes))).toEqual(new Set(['UPSTREAM_UNAVAILABLE']));
  expect(Math.max(...answers.map(({ tookMs }) => tookMs))).toBeLessThan(DEADLINE_MS + 250);
  // Once the breaker is open, a second after the beginning.
  const during = answers.filter(({ sentAt }) => sentAt > from + 1500 && sentAt < to);
  expect(during.filter(isGood)).toEqual([]);
  const p99 = (some: readonly TimedAnswer[]) =>
    quantile(
      some.map(({ tookMs }) => tookMs),
      0.99,
    );
  const before = answers.filter(({ sentAt }) => sentAt < from - 100);
  // Where good answers take longer than 25 ms themselves, the machine is not quiet.
  expect(p99(during)).toBeLessThanOrEqual(Math.max(50, 2 * p99(before)));
  const firstGood = answers.find((one) => one.sentAt >= to && isGood(one));
  expect((firstGood?.sentAt ?? Number.NaN) + (firstGood?.tookMs ?? 0) - to).toBeLessThanOrEqual(1000);
  expect(before.every(isGood)).toBe(true);
  const after = answers.filter(({ sentAt }) => sentAt > to + 1000);
  expect(after.every(isGood)).toBe(true);
}
