/** M1: what a minute with one chart of 60 documents costs in Media Queries. */
import { expect, test } from 'vitest';
import { createSessionChart, spendSession } from '../support/chart-session.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { startTestGateway } from '../support/gateway.ts';

/** Three pages, 60 files, five parts, one file again and its revalidation, ten polls. */
const REQUESTS = 3 + 60 + 5 + 2 + 10;

test('three pages, all files, jumps, a file again and ten polls cost one call within a minute', async () => {
  const clock = new FakeClock();
  await using gateway = await startTestGateway({ charts: createSessionChart() }, {}, clock);
  // Fourteen times.
  const pass = () => clock.advance(4000);
  const calls = await gateway.countCalls(async () => {
    expect(await spendSession(gateway.url, pass)).toEqual({ requests: REQUESTS, wrong: 0 });
  });
  expect(calls).toBe(1);
});

test('where nothing is remembered, the same requests have the same answers, for dozens of calls', async () => {
  await using gateway = await startTestGateway({ charts: createSessionChart() }, { RECENT_SECONDS: '0' });
  const calls = await gateway.countCalls(async () => {
    const pass = () => Promise.resolve();
    expect(await spendSession(gateway.url, pass)).toEqual({ requests: REQUESTS, wrong: 0 });
  });
  // Pages, parts, revalidation and polls have a call each; the files share some.
  expect(calls).toBeGreaterThan(3 + 5 + 2 + 10);
});
