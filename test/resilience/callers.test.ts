/** R8: callers who leave by the thousand take their upstream work with them, and no other's. */
import { request } from 'node:http';
import { expect, test } from 'vitest';
import { countArrivals } from '../support/arrivals.ts';
import { patientsIn } from '../support/core.ts';
import { holdAnswers } from '../support/gate.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { chartDocument } from '../support/own-chart.ts';
import { until } from '../support/until.ts';
import { answer, isGood, patientQuery } from './operations.ts';

const NAMES = Array.from({ length: 1100 }, (_, at) => `p${at}`);
/** The last slot is kept for other callers. */
const CONCURRENCY = 32;
/** Fewer connections at once than a listener's queue holds: a caller beyond it tries again a second later. */
const WAVE = 250;
const charts = NAMES.map((name) => chartDocument(name, { documentId: name }));

/** Sends an operation on a connection of its own; the returned function hangs up. */
function sendAndLeave(url: string, query: string): () => void {
  const headers = { 'content-type': 'application/json' };
  const sent = request(url, { method: 'POST', headers, agent: false });
  sent.on('error', () => undefined);
  sent.end(JSON.stringify({ query }));
  return () => sent.destroy();
}

test('R8: a thousand callers hang up in the middle; those who stay are answered, and Redox is asked for no others', async () => {
  await using gateway = await startTestGateway(
    { charts },
    { BATCH_SCOPE: 'operation', REDOX_CONCURRENCY: String(CONCURRENCY) },
  );
  using gate = holdAnswers(gateway.redox);
  using arrivals = countArrivals(gateway.url);
  const leavers: (() => void)[] = [];
  while (leavers.length < 1000) {
    const wave = NAMES.slice(leavers.length, leavers.length + WAVE);
    leavers.push(...wave.map((name) => sendAndLeave(gateway.url, patientQuery(name))));
    await until(() => arrivals.count === leavers.length);
  }
  // On a busy machine the first calls may be held for so long that they are slow, and more are sent in their place.
  await until(() => gateway.redox.inFlight >= CONCURRENCY - 1);
  const stayer = answer(gateway.url, patientQuery('p1000'));
  for (const leave of leavers) leave();
  // The gate is still closed: it is their callers' leaving that ended these calls.
  await until(() => gateway.redox.inFlight === 1 && lastAsked(gateway) === 'p1000');
  gate.open();
  expect(isGood(await stayer)).toBe(true);
  const stayers = NAMES.slice(1000).map((name) => answer(gateway.url, patientQuery(name)));
  expect((await Promise.all(stayers)).every(isGood)).toBe(true);
});

function lastAsked({ redox }: TestGateway): string | undefined {
  const last = redox.calls.at(-1);
  return last && patientsIn(last)[0];
}
