/** R10: minutes at 70 % of what it can do, with faults: nothing grows, and the event loop stays free. */
import { expect, onTestFinished, test } from 'vitest';
import { startSandbox } from '../../sandbox/sandbox.ts';
import { patientQuery } from '../resilience/operations.ts';
import { startFaultProxy, through } from '../support/fault-proxy.ts';
import { chartDocument } from '../support/own-chart.ts';
import { settingsFor } from '../support/settings.ts';
import { runLoad } from '../timing/load.ts';
import { SOAK_SECONDS, SOAK_TIMEOUT_MS } from './duration.ts';
import { startGatewayChild } from './gateway-child.ts';

const NAMES = Array.from({ length: 300 }, (_, at) => `p${at}`);
/** The machine's clients and Redox run beside it: about what is left of two cores. */
const PER_SECOND = 250;
const MEGABYTE = 1_000_000;

test('R10: heap, handles and event loop', { timeout: SOAK_TIMEOUT_MS }, async () => {
  const proxy = await startFaultProxy();
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  const redox = await startSandbox({
    charts: NAMES.map((name) => chartDocument(name, { documentId: name })),
    latencyMs: 30,
  });
  onTestFinished(() => redox.close());
  proxy.fault = { resetShare: 0.01 };
  const gateway = await startGatewayChild({ ...settingsFor(redox), ...through(proxy)(redox) });
  const load = (seconds: number) =>
    runLoad(gateway.url, {
      perSecond: PER_SECOND,
      seconds,
      query: (at) => patientQuery(NAMES[(at * 7) % NAMES.length] ?? ''),
    });
  // Caches fill and code is compiled.
  await load(Math.min(20, SOAK_SECONDS / 2));
  const before = await gateway.read();
  const answers = await load(SOAK_SECONDS);
  const after = await gateway.read();
  expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
  const minutes = Math.max(1, SOAK_SECONDS / 60);
  expect((after.heapBytes - before.heapBytes) / MEGABYTE / minutes).toBeLessThanOrEqual(1);
  expect(Math.abs(after.handles - before.handles)).toBeLessThanOrEqual(16);
  expect(after.loopDelayP99Ms).toBeLessThanOrEqual(50);
});
