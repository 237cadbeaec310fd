/** What the core reports becomes lines of the log: as many as a person can read. */

import { expect, test } from 'vitest';
import { coreEvents, tokenFailures } from '../../src/gateway/core-events.ts';
import { destinationAlias } from '../../src/media/model/keys.ts';
import { RedoxError } from '../../src/redox/redox-error.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { GatewayMetrics } from '../../src/telemetry/metrics.ts';
import { FakeClock } from '../support/fake-clock.ts';

test('fields that fail for want of attribution are logged once a minute for each destination, and all are counted', async () => {
  const lines: string[] = [];
  const clock = new FakeClock();
  const metrics = new GatewayMetrics(['general', 'county']);
  const log = createLog('warn', { write: (line: string) => void lines.push(line) });
  const events = coreEvents(log, metrics, clock);
  const destinations = () =>
    lines.splice(0).map((line) => {
      const { event, destination } = JSON.parse(line) as { event: string; destination: string };
      return `${event} ${destination}`;
    });
  const fail = (alias: string) =>
    events.onIncident?.({ destination: destinationAlias(alias), kind: 'unattributed' });
  for (const destination of ['general', 'general', 'county', 'general', 'county']) fail(destination);
  events.onIncident?.({ destination: destinationAlias('general'), kind: 'split' });
  expect(destinations()).toEqual(['unattributed general', 'unattributed county']);
  clock.tick(59_999);
  fail('general');
  expect(destinations()).toEqual([]);
  clock.tick(1);
  fail('general');
  expect(destinations()).toEqual(['unattributed general']);
  expect(await metrics.text()).toContain('incidents_total{destination="general",kind="unattributed"} 5');
});

test('tokens that are not granted are logged once a minute, and all are counted', async () => {
  const lines: string[] = [];
  const clock = new FakeClock();
  const metrics = new GatewayMetrics(['general']);
  const log = createLog('warn', { write: (line: string) => void lines.push(line) });
  const fail = tokenFailures(log, metrics, clock);
  expect(await metrics.text()).toContain('token_failures_total 0\n');
  for (let second = 0; second < 60; second += 1) {
    fail(new RedoxError('UPSTREAM_REJECTED', { status: 401 }));
    clock.tick(1000);
  }
  expect(lines).toHaveLength(1);
  fail(new RedoxError('UPSTREAM_REJECTED', { status: 401 }));
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { event: 'token-not-granted', status: 401 },
    { event: 'token-not-granted', status: 401 },
  ]);
  expect(await metrics.text()).toContain('token_failures_total 61\n');
});
