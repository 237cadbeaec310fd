/** R1 and R2: a Redox that refuses, hangs, drips, dies or never stops; everybody hears in time, and nothing stays behind. */

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { type Fault, startFaultProxy, through } from '../support/fault-proxy.ts';
import { startTestGateway } from '../support/gateway.ts';
import { chartDocument } from '../support/own-chart.ts';
import { until } from '../support/until.ts';
import { answer, isGood, patientQuery } from './load.ts';
import { checkOutage } from './outage.ts';

const NAMES = Array.from({ length: 40 }, (_, at) => `p${at}`);
const charts = NAMES.map((name) => chartDocument(name, { documentId: name }));
const [DEADLINE_MS, CALL_MS] = [1500, 800];
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
