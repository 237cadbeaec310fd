/** R3: one connection in twenty is reset, or answered 503, for minutes. */
import { expect, onTestFinished, test } from 'vitest';
import { isGood, patientQuery } from '../resilience/operations.ts';
import { startFaultProxy, through } from '../support/fault-proxy.ts';
import { startTestGateway } from '../support/gateway.ts';
import { chartDocument } from '../support/own-chart.ts';
import { runLoad } from '../timing/load.ts';
import { SOAK_SECONDS, SOAK_TIMEOUT_MS } from './duration.ts';

const NAMES = Array.from({ length: 200 }, (_, at) => `p${at}`);
const [PER_SECOND, FAULTY_SHARE] = [60, 0.05];

test('R3: nearly all succeed, within the budget of repeats', { timeout: SOAK_TIMEOUT_MS }, async () => {
  const proxy = await startFaultProxy();
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  let random = 7;
  const draw = () => {
    random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0;
    return random / 2 ** 32;
  };
  await using gateway = await startTestGateway(
    {
      charts: NAMES.map((name) => chartDocument(name, { documentId: name })),
      latencyMs: 20,
      answer: () => (draw() < FAULTY_SHARE / 2 ? { status: 503 } : undefined),
    },
    // So large a quota that in two minutes no call waits for it, and none is shared: each operation meets the faults by itself.
    through(proxy, { REDOX_RATE: '100000/300s' }),
  );
  proxy.fault = { resetShare: FAULTY_SHARE / 2 };
  const answers = await runLoad(gateway.url, {
    perSecond: PER_SECOND,
    seconds: SOAK_SECONDS,
    query: (at) => patientQuery(NAMES[at % NAMES.length] ?? ''),
  });
  const failed = answers.filter((one) => !isGood(one)).length;
  // Two attempts, each failing once in twenty: a quarter of a percent fails, give or take what chance does.
  const chance = 3 * Math.sqrt(answers.length * FAULTY_SHARE ** 2);
  expect(failed).toBeLessThanOrEqual(answers.length * 0.003 + chance);
  expect(gateway.redox.callCount).toBeGreaterThan(answers.length);
  expect(gateway.redox.callCount).toBeLessThanOrEqual(answers.length * 1.1);
});
