/** R1, R2 and R4: a Redox that refuses, hangs, drips, dies or never stops; everybody hears in time, and nothing stays behind. */

import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { type Fault, startFaultProxy, through } from '../support/fault-proxy.ts';
import { startTestGateway } from '../support/gateway.ts';
import { startGatewayProcess } from '../support/gateway-process.ts';
import { chartDocument } from '../support/own-chart.ts';
import { settingsFor } from '../support/settings.ts';
import { until } from '../support/until.ts';
import { answer, isGood, patientQuery } from './load.ts';
import { checkOutage } from './outage.ts';

const NAMES = Array.from({ length: 40 }, (_, at) => `p${at}`);
const charts = NAMES.map((name) => chartDocument(name, { documentId: name }));
const [DEADLINE_MS, CALL_MS, HANGING_MS] = [1500, 800, 3000];
const times = { OPERATION_TIMEOUT_MS: String(DEADLINE_MS), REDOX_TIMEOUT_MS: String(CALL_MS) };

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
function heapBytes(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

test(
  'R1: while Redox refuses connections, callers hear at once; when it is back, within a second',
  {
    timeout: 30_000,
  },
  () => checkOutage(3),
);

const CHUNKED = Buffer.from(
  'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n',
);
const chunk = (text: string) => Buffer.from(`${text.length.toString(16)}\r\n${text}\r\n`);
const BIG_CHUNK = chunk(' '.repeat(65_536));

describe('R2: a Redox that', () => {
  test.each<[string, Fault, string]>([
    ['accepts and never answers', { swallow: true }, 'UPSTREAM_TIMEOUT'],
    ['drips a byte per 100 ms', { slice: { bytes: 1, everyMs: 100 } }, 'UPSTREAM_TIMEOUT'],
    ['dies in its headers', { resetAfterBytes: 40 }, 'UPSTREAM_UNAVAILABLE'],
    ['dies in its body', { resetAfterBytes: 400 }, 'UPSTREAM_UNAVAILABLE'],
    ['ends in its body', { endAfterBytes: 400 }, 'UPSTREAM_UNAVAILABLE'],
    ['talks garbage', { garbage: Buffer.from('SSH-2.0-synthetic\r\n') }, 'UPSTREAM_PROTOCOL'],
    [
      'sends spaces for ever',
      { endless: { head: Buffer.concat([CHUNKED, chunk('{"Meta":{},"Media":[')]), block: BIG_CHUNK } },
      'UPSTREAM_PROTOCOL',
    ],
    [
      'sends a file for ever',
      {
        endless: {
          head: Buffer.concat([CHUNKED, chunk('{"Media":[{"FileContents":"')]),
          block: chunk('A'.repeat(65_536)),
        },
      },
      'UPSTREAM_PROTOCOL',
    ],
  ])('%s: all end in time, and nothing is left', { timeout: 20_000 }, async (_, fault, code) => {
    await using proxy = await startFaultProxy();
    await using gateway = await startTestGateway(
      { charts },
      through(proxy, { ...times, BATCH_SCOPE: 'operation', REDOX_MAX_RESPONSE_BYTES: '5000000' }),
    );
    expect(isGood(await answer(gateway.url, patientQuery('p0')))).toBe(true);
    const heapBefore = heapBytes();
    proxy.fault = fault;
    // Connections that are open already have no fault.
    await proxy.refuse();
    await proxy.listen();
    const answers = await Promise.all(NAMES.map((name) => answer(gateway.url, patientQuery(name))));
    expect(Math.max(...answers.map(({ tookMs }) => tookMs))).toBeLessThan(DEADLINE_MS + 250);
    expect(answers.filter(isGood)).toEqual([]);
    expect(answers.flatMap(({ codes }) => codes)).toContain(code);
    await until(() => proxy.open === 0 || proxy.open === 1);
    proxy.fault = {};
    await until(async () => isGood(await answer(gateway.url, patientQuery('p1'))), 5000);
    await until(() => heapBytes() - heapBefore < 8_000_000, 5000);
  });
});

test('R4: a thousand operations behind hung calls all end by their deadline; what may not wait is OVERLOADED at once', {
  timeout: 20_000,
}, async () => {
  await using proxy = await startFaultProxy();
  const redox = await startSandbox({ charts });
  onTestFinished(() => redox.close());
  const settings = {
    OPERATION_TIMEOUT_MS: String(HANGING_MS),
    BATCH_SCOPE: 'operation',
    MAX_WAITING_NEEDS: '500',
  };
  // In a process of its own, so that its times are not those of a thousand clients.
  const gateway = await startGatewayProcess({
    ...settingsFor(redox),
    LOG_LEVEL: 'info',
    ...through(proxy, settings)(redox),
  });
  proxy.fault = { swallow: true };
  const hung = NAMES.slice(0, 16).map((name) => answer(gateway.url, patientQuery(name)));
  await until(() => proxy.open >= 15);
  const all: ReturnType<typeof answer>[] = [];
  while (all.length < 1000) {
    all.push(answer(gateway.url, patientQuery(`q${all.length}`)));
    // A listener's queue holds 511 connections; those beyond it would wait for TCP to try again.
    if (all.length % 50 === 0) await sleep(15);
  }
  const answers = await Promise.all([...hung, ...all]);
  const refused = answers.filter(({ codes }) => codes.includes('OVERLOADED'));
  const late = answers.filter(({ codes }) => codes.includes('UPSTREAM_TIMEOUT'));
  expect(refused.length + late.length).toBe(1016);
  expect(refused.length).toBeGreaterThanOrEqual(400);
  expect(Math.max(...late.map(({ tookMs }) => tookMs))).toBeLessThan(HANGING_MS + 250);
  // "At once" is as long as a thousand requests take to be read.
  expect(Math.max(...refused.map(({ tookMs }) => tookMs))).toBeLessThan(HANGING_MS);
});
