/** A Media Query that brings no answer is one line in the log: its code, and what Redox's support asks for. */

import { expect, test } from 'vitest';
import { coreEvents } from '../../src/gateway/core-events.ts';
import type { CallEnd } from '../../src/media/events.ts';
import { destinationAlias } from '../../src/media/model/keys.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { GatewayMetrics } from '../../src/telemetry/metrics.ts';
import { FakeClock } from '../support/fake-clock.ts';

const END: CallEnd = {
  destination: destinationAlias('general'),
  outcome: 'UPSTREAM_REJECTED',
  durationMs: 12,
  bytes: 0,
  items: 0,
  unmatched: 0,
  given: 0,
  logIds: ['log-1'],
  traceId: 'trace-1',
};

test.each<[string, Partial<CallEnd>, object[]]>([
  ['failed', {}, [{ code: 'UPSTREAM_REJECTED', logIds: ['log-1'], traceId: 'trace-1' }]],
  ['failed without a trace id', { traceId: null }, [{ code: 'UPSTREAM_REJECTED', logIds: ['log-1'] }]],
  ['was answered', { outcome: 'answered' }, []],
  ['no operation waited for any more', { outcome: 'cancelled' }, []],
])('a call that %s', (_, change, expected) => {
  const lines: string[] = [];
  const log = createLog('info', { write: (line) => void lines.push(line) });
  coreEvents(log, new GatewayMetrics(['general']), new FakeClock()).onCallEnd?.({ ...END, ...change });
  expect(lines.map((line) => JSON.parse(line))).toEqual(
    expected.map((one) => ({
      level: 30,
      time: expect.any(String),
      event: 'redox-call-failed',
      destination: 'general',
      ...one,
    })),
  );
});
