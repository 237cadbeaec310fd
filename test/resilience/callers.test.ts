/** R8: callers who leave by the thousand take their upstream work with them, and nobody else's. */
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startTestGateway } from '../support/gateway.ts';
import { chartDocument } from '../support/own-chart.ts';
import { until } from '../support/until.ts';
import { answer, isGood, patientQuery } from './load.ts';

const NAMES = Array.from({ length: 1100 }, (_, at) => `p${at}`);
const charts = NAMES.map((name) => chartDocument(name, { documentId: name }));

/** Sends an operation on a connection of its own; the returned function hangs up. */
function sendAndLeave(url: string, query: string): () => void {
  const headers = { 'content-type': 'application/json' };
  const sent = request(url, { method: 'POST', headers, agent: false });
  sent.on('error', () => undefined);
  sent.end(JSON.stringify({ query }));
  return () => sent.destroy();
}

test('R8: a thousand callers hang up in the middle; those who stay are answered, and Redox is asked for nobody else', {
  timeout: 30_000,
}, async () => {
  await using gateway = await startTestGateway(
    { charts, latencyMs: 3000 },
    { BATCH_SCOPE: 'operation', REDOX_CONCURRENCY: '32' },
  );
  const leavers: (() => void)[] = [];
  while (leavers.length < 1000) {
    leavers.push(sendAndLeave(gateway.url, patientQuery(NAMES[leavers.length] ?? '')));
    if (leavers.length % 100 === 0) await sleep(30);
  }
  await until(() => gateway.redox.inFlight >= 31);
  const stayer = answer(gateway.url, patientQuery('p1000'));
  gateway.redox.latencyMs = 50;
  for (const leave of leavers) leave();
  // Within 100 ms of the last of them; that many take a while to hang up.
  await until(() => gateway.redox.inFlight <= 1, 600);
  expect(isGood(await stayer)).toBe(true);
  const stayers = NAMES.slice(1000).map((name) => answer(gateway.url, patientQuery(name)));
  expect((await Promise.all(stayers)).every(isGood)).toBe(true);
});
