/**
 * N6, N7, N10: one destination, or the quota, misbehaves; its callers, and those of another destination, are measured. In full with
 * the default SOAK_SECONDS; a short form from 30 on.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type AnswerHook, type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { answer, isGood, patientQuery } from '../resilience/operations.ts';
import { type Fault, startFaultProxy, through } from '../support/fault-proxy.ts';
import { startGatewayProcess } from '../support/gateway-process.ts';
import { chartDocument } from '../support/own-chart.ts';
import { settingsFor } from '../support/settings.ts';
import { SOAK_SECONDS, SOAK_TIMEOUT_MS } from './duration.ts';

const NAMES = Array.from({ length: 250 }, (_, at) => `p${at}`);
const LIST = 20;
const POLL_MS = 500;
const [DASHBOARDS, BYSTANDERS] = [30, 8];
const IS_FULL = SOAK_SECONDS >= 120;
const TIMEOUT_MS = 4 * SOAK_TIMEOUT_MS;

const charts = (['general', 'county'] as const).flatMap((destination) =>
  NAMES.map((name) => chartDocument(name, { documentId: name, destination })),
);

/** Names of a list, other ones each time. */
function listQuery(from: number, destination: string): string {
  const patients = Array.from({ length: LIST }, (_, at) => {
    return `{ identifiers: { value: "SYN-${NAMES[(from + at) % NAMES.length]}", idType: "MR" } }`;
  });
  return `{ patients(patients: [${patients.join()}], destination: "${destination}") { media { totalCount } } }`;
}

interface Counts {
  good: number;
  bad: number;
}

/** Polls lists until it is told to stop. Nothing is asked faster because something is answered faster. */
function startDashboards(url: string, count: number, destination: string) {
  const counts: Counts = { good: 0, bad: 0 };
  const state = { isOver: false };
  const poll = async (client: number) => {
    await sleep((POLL_MS / count) * client);
    for (let round = 0; !state.isOver; round++) {
      const pause = sleep(POLL_MS);
      const answered = await answer(url, listQuery(client * 7 + round * LIST, destination));
      if (isGood(answered)) counts.good += 1;
      else counts.bad += 1;
      await pause;
    }
  };
  for (let client = 0; client < count; client++) void poll(client);
  onTestFinished(() => {
    state.isOver = true;
  });
  return counts;
}

async function startNeighbours() {
  const redox = await startSandbox({ charts, latencyMs: 50 });
  onTestFinished(() => redox.close());
  const proxy = await startFaultProxy();
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  const settings = { ...settingsFor(redox), ...through(proxy)(redox), LOG_LEVEL: 'info' };
  const { url } = await startGatewayProcess(settings);
  const sick = startDashboards(url, DASHBOARDS, 'general');
  const bystanders = startDashboards(url, BYSTANDERS, 'county');
  return {
    /** Only the first destination is answered so; undefined: it is well. */
    fail(hook: AnswerHook | undefined) {
      redox.answer =
        hook && ((...call) => (call[0].destination.name.includes('General') ? hook(...call) : undefined));
    },
    /** Every connection ends before the first byte of a response, for both destinations; undefined: they are passed on. */
    async reset(fault: Fault = {}) {
      await proxy.refuse();
      proxy.fault = fault;
      await proxy.listen();
    },
    /** A second's worth of what happens in so many seconds. */
    async measure(seconds: number) {
      const before = {
        calls: redox.callCount,
        good: sick.good,
        bad: sick.bad,
        bystanders: { ...bystanders },
      };
      await sleep(seconds * 1000);
      const rate = (now: number, then: number) => (now - then) / seconds;
      const lists =
        sick.good + sick.bad - before.good - before.bad + bystanders.good - before.bystanders.good;
      return {
        calls: rate(redox.callCount, before.calls),
        callsPerList: (redox.callCount - before.calls) / lists,
        good: rate(sick.good, before.good),
        bad: rate(sick.bad, before.bad),
        bystanders: rate(bystanders.good, before.bystanders.good),
        bystandersBad: rate(bystanders.bad, before.bystanders.bad),
      };
    },
  };
}

function report(figure: string, values: object): void {
  process.stdout.write(`${figure}: ${JSON.stringify(values)}\n`);
}

const never = () => new Promise<never>(() => undefined);
const afterHalfAMinute = async () => {
  await sleep(30_000);
  return undefined;
};

describe('N6', () => {
  const HANGS: readonly (readonly [string, AnswerHook, number])[] = [
    ['never answers what it gets in six seconds', never, 6],
    ['answers 504 for eight seconds', () => ({ status: 504 }), 8],
    ['answers after half a minute what it gets in six seconds', afterHalfAMinute, 6],
  ];
  test.each(IS_FULL ? HANGS : HANGS.slice(0, 2))(
    'Redox %s: three seconds later all is as before, and the bystander never notices',
    { timeout: TIMEOUT_MS },
    async (name, hook, seconds) => {
      const neighbours = await startNeighbours();
      await sleep(2000);
      const healthy = await neighbours.measure(3);
      neighbours.fail(hook);
      const during = await neighbours.measure(seconds);
      neighbours.fail(undefined);
      await sleep(3000);
      const after = await neighbours.measure(3);
      report(`N6, ${name}`, { healthy, during, after });
      expect(after.good).toBeGreaterThanOrEqual(0.75 * healthy.good);
      expect(during.bystanders).toBeGreaterThanOrEqual(0.75 * healthy.bystanders);
      expect(during.bystandersBad + after.bystandersBad).toBe(0);
    },
  );
});

test('N6: Redox resets every connection for eight seconds: three seconds later all is as before', {
  timeout: TIMEOUT_MS,
}, async () => {
  const neighbours = await startNeighbours();
  await sleep(2000);
  const healthy = await neighbours.measure(3);
  await neighbours.reset({ resetShare: 1 });
  const during = await neighbours.measure(8);
  await neighbours.reset();
  const at = await neighbours.measure(3);
  const after = await neighbours.measure(3);
  report('N6, resets', { healthy, during, at, after });
  expect(after.good).toBeGreaterThanOrEqual(0.75 * healthy.good);
  expect(after.bystanders).toBeGreaterThanOrEqual(0.75 * healthy.bystanders);
  expect(after.bad + after.bystandersBad).toBe(0);
});

describe('N7', () => {
  let state = 7;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  test.each<[string, AnswerHook]>([
    ['504 to everything', () => ({ status: 504 })],
    ['400 to everything', () => ({ status: 400 })],
    ['504 to one call in fifty', () => (random() < 0.02 ? { status: 504 } : undefined)],
  ])(
    '%s: no more than half as many calls again, and the bystander is served',
    { timeout: TIMEOUT_MS },
    async (name, hook) => {
      const neighbours = await startNeighbours();
      await sleep(2000);
      const healthy = await neighbours.measure(4);
      neighbours.fail(hook);
      const during = await neighbours.measure(8);
      neighbours.fail(undefined);
      await sleep(IS_FULL ? 30_000 : 13_000);
      const after = await neighbours.measure(4);
      report(`N7, ${name}`, { healthy, during, after });
      // By list: a machine that does other things at times asks fewer.
      expect(during.callsPerList).toBeLessThanOrEqual(1.5 * healthy.callsPerList);
      expect(after.callsPerList).toBeLessThanOrEqual(1.1 * healthy.callsPerList);
      expect(after.good).toBeGreaterThanOrEqual(0.9 * healthy.good);
      expect(during.bystanders).toBeGreaterThanOrEqual(0.75 * healthy.bystanders);
      expect(during.bystandersBad).toBe(0);
    },
  );
});

/** Allows 25 calls in any second. */
function allow25(redox: Sandbox): void {
  const taken: number[] = [];
  redox.answer = () => {
    const now = performance.now();
    while ((taken[0] ?? now) + 1000 <= now) taken.shift();
    if (taken.length >= 25) return { status: 429, headers: { 'retry-after': '1' } };
    taken.push(now);
    return undefined;
  };
}

async function serveUnderQuota(rate: string, seconds: number) {
  const redox = await startSandbox({ charts, latencyMs: 50 });
  onTestFinished(() => redox.close());
  allow25(redox);
  const { url } = await startGatewayProcess({ ...settingsFor(redox), LOG_LEVEL: 'info', REDOX_RATE: rate });
  const state = { isOver: false, good: 0, bad: 0 };
  const client = async (at: number) => {
    for (let round = 0; !state.isOver; round++) {
      const answered = await answer(url, patientQuery(NAMES[(at * 31 + round * 17) % NAMES.length] ?? ''));
      if (isGood(answered)) state.good += 1;
      else state.bad += 1;
    }
  };
  const clients = Array.from({ length: 60 }, (_, at) => client(at));
  await sleep(3000);
  const begun = { good: state.good, at: redox.calls.length };
  await sleep(seconds * 1000);
  const perSecond = (state.good - begun.good) / seconds;
  state.isOver = true;
  await Promise.all(clients);
  const countRefused = (calls: typeof redox.calls) => calls.filter(({ status }) => status === 429).length;
  const steady = redox.calls.slice(begun.at);
  return {
    perSecond,
    failed: state.bad,
    calls: redox.calls.length,
    refused: countRefused(redox.calls),
    refusedShare: countRefused(steady) / steady.length,
  };
}

test('N10: the default setting at an upstream that allows 25 calls a second', {
  timeout: TIMEOUT_MS,
}, async () => {
  // The first calls, all refused at once, are a large part of anything shorter.
  const seconds = Math.max(20, Math.min(30, SOAK_SECONDS / 2));
  // At the same time: what else the machine does concerns both.
  const [matching, strict] = await Promise.all([
    serveUnderQuota('25/1s', seconds),
    serveUnderQuota('7500/300s', seconds),
  ]);
  report('N10', { matching, strict });
  expect(strict.failed).toBe(0);
  expect(strict.perSecond).toBeGreaterThanOrEqual(0.9 * matching.perSecond);
  // At first as many as there are slots are refused at once; of a short run that is more than a twentieth.
  expect(strict.refusedShare).toBeLessThanOrEqual(0.05);
  if (IS_FULL) expect(strict.refused).toBeLessThanOrEqual(0.05 * strict.calls);
});
