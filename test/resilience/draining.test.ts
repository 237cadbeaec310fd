/** R9: told to stop with hundreds of operations in flight, the gateway answers them all, says so meanwhile, and ends cleanly. */
import { expect, onTestFinished, test } from 'vitest';
import { startSandbox } from '../../sandbox/sandbox.ts';
import { holdAnswers } from '../support/gate.ts';
import { startGatewayProcess } from '../support/gateway-process.ts';
import { chartDocument } from '../support/own-chart.ts';
import { untilUnderWay } from '../support/read-metrics.ts';
import { settingsFor } from '../support/settings.ts';
import { until } from '../support/until.ts';
import { answer, isGood, patientQuery } from './operations.ts';

const NAMES = Array.from({ length: 200 }, (_, at) => `p${at}`);

test('R9: SIGTERM with 200 operations in flight', async () => {
  const redox = await startSandbox({ charts: NAMES.map((name) => chartDocument(name)) });
  using gate = holdAnswers(redox);
  onTestFinished(() => redox.close());
  const gateway = await startGatewayProcess({
    ...settingsFor(redox),
    LOG_LEVEL: 'info',
    REDOX_CONCURRENCY: '1',
  });
  const answers = NAMES.map((name) => answer(gateway.url, patientQuery(name)));
  await untilUnderWay(gateway.url, redox, NAMES.length);
  gateway.child.kill('SIGTERM');
  await until(async () => (await fetch(new URL('/readyz', gateway.url))).status === 503);
  gate.open();
  expect((await Promise.all(answers)).filter(isGood)).toHaveLength(200);
  expect(await gateway.ended).toEqual([0, null]);
});
