/** R2: a Redox that hangs, drips, dies or never stops; everybody hears in time, and nothing stays behind. */

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { FakeClock } from '../support/fake-clock.ts';
import { type Fault, startFaultProxy, through } from '../support/fault-proxy.ts';
import { startTestGateway } from '../support/gateway.ts';
import { chartDocument } from '../support/own-chart.ts';
import { until } from '../support/until.ts';
import { answer, isGood, patientQuery } from './operations.ts';

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
  ])('%s: all end by their deadline, and nothing is left', async (_, fault, code) => {
    const clock = new FakeClock();
    await using proxy = await startFaultProxy();
    await using gateway = await startTestGateway(
      { charts },
      through(proxy, { ...times, BATCH_SCOPE: 'operation', REDOX_MAX_RESPONSE_BYTES: '1000000' }),
      clock,
    );
    expect(isGood(await answer(gateway.url, patientQuery('p0')))).toBe(true);
    const heapBefore = heapBytes();
    proxy.fault = fault;
    // Connections that are open already have no fault.
    await proxy.refuse();
    await proxy.listen();
    const answers = NAMES.map((name) => answer(gateway.url, patientQuery(name)));
    // A Redox that ends by itself does so at its own pace, while the gateway's time stands still.
    if (code === 'UPSTREAM_PROTOCOL') await Promise.race(answers);
    const ended = await clock.advanceUntil(Promise.all(answers), DEADLINE_MS);
    expect(ended.filter(isGood)).toEqual([]);
    expect(ended.flatMap(({ codes }) => codes)).toContain(code);
    await until(() => proxy.open <= 1);
    proxy.fault = {};
    // Its breaker lets calls through again by and by.
    await until(async () => isGood(await clock.advanceUntil(answer(gateway.url, patientQuery('p1')))));
    await until(() => heapBytes() - heapBefore < 8_000_000);
  });
});
