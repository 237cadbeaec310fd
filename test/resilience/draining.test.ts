/** R9: told to stop with hundreds of operations in flight, the gateway answers them all, says so at once, and ends cleanly. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { startSandbox } from '../../sandbox/sandbox.ts';
import { startGatewayProcess } from '../support/gateway-process.ts';
import { chartDocument } from '../support/own-chart.ts';
import { settingsFor } from '../support/settings.ts';
import { until } from '../support/until.ts';
import { answer, isGood, patientQuery } from './load.ts';

const NAMES = Array.from({ length: 200 }, (_, at) => `p${at}`);

test('R9: SIGTERM with 200 operations in flight', { timeout: 30_000 }, async () => {
  const redox = await startSandbox({ charts: NAMES.map((name) => chartDocument(name)), latencyMs: 800 });
  onTestFinished(() => redox.close());
  const gateway = await startGatewayProcess({ ...settingsFor(redox), LOG_LEVEL: 'info' });
  const answers = NAMES.map((name) => answer(gateway.url, patientQuery(name)));
  await until(() => redox.inFlight > 0);
  await sleep(300);
  const toldAt = performance.now();
  gateway.child.kill('SIGTERM');
  await until(async () => (await fetch(new URL('/readyz', gateway.url))).status === 503, 1000);
  expect(performance.now() - toldAt).toBeLessThan(100);
  expect((await Promise.all(answers)).filter(isGood)).toHaveLength(200);
  expect(await gateway.ended).toEqual([0, null]);
});
