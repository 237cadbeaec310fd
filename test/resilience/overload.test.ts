/** R4: operations behind calls that hang: more than may wait are refused while they hang, the others end by their deadline. */
import { expect, test } from 'vitest';
import { countArrivals } from '../support/arrivals.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { holdAnswers } from '../support/gate.ts';
import { startTestGateway } from '../support/gateway.ts';
import { readMetrics } from '../support/read-metrics.ts';
import { until } from '../support/until.ts';
import { answer, patientQuery } from './operations.ts';

const [DEADLINE_MS, MAX_WAITING] = [3000, 200];
/** As many operations at a time as a listener's queue holds. */
const WAVE = 250;

test('R4: five hundred operations behind 16 hung calls', async () => {
  const clock = new FakeClock();
  await using gateway = await startTestGateway(
    { charts: [] },
    {
      OPERATION_TIMEOUT_MS: String(DEADLINE_MS),
      BATCH_SCOPE: 'operation',
      MAX_WAITING_NEEDS: String(MAX_WAITING),
    },
    clock,
  );
  using _held = holdAnswers(gateway.redox);
  using arrivals = countArrivals(gateway.url);
  const answers: ReturnType<typeof answer>[] = [];
  while (answers.length < 500) {
    const wave = Array.from({ length: WAVE }, (_, at) => patientQuery(`p${answers.length + at}`));
    answers.push(...wave.map((query) => answer(gateway.url, query)));
    await until(() => arrivals.count === answers.length);
  }
  let refused = 0;
  for (const one of answers) void one.then(({ codes }) => (refused += codes.includes('OVERLOADED') ? 1 : 0));
  const calls = gateway.redox.inFlight;
  await until(() => refused === answers.length - calls - MAX_WAITING);
  await clock.advance(DEADLINE_MS);
  const codes = (await Promise.all(answers)).map((one) => one.codes.join());
  expect(new Set(codes)).toEqual(new Set(['OVERLOADED', 'UPSTREAM_TIMEOUT']));
  expect((await readMetrics(gateway.url)).get('waiting_needs{destination="general"}')).toBe(0);
});
