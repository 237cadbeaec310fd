/** Calls whose replies are larger than the largest reply that is read are split, and later calls are planned to stay below it. */
import { describe, expect, test } from 'vitest';
import {
  chartsOf,
  documentsOf,
  namesUpTo,
  needOf,
  outcomeOf,
  startCore,
  type TestCore,
} from '../../support/core.ts';

const NAMES = namesUpTo(60);
const MAX_BYTES = 200_000;

/** Starts a core with two documents of this size for each patient. */
function startWithFiles(bytes: number): Promise<TestCore> {
  const fileContents = Buffer.alloc(bytes, 'synthetic').toString('base64');
  return startCore({
    sandbox: { charts: chartsOf(NAMES, { fileContents }) },
    settings: { REDOX_MAX_RESPONSE_BYTES: String(MAX_BYTES) },
  });
}

async function operate(core: TestCore, names: readonly string[]): Promise<number> {
  return core.countCalls(async () => {
    const operation = core.openOperation({ maxCalls: 100 });
    const outcomes = await Promise.all(names.map((name) => outcomeOf(operation.load(needOf([name])))));
    expect(outcomes).toEqual(names.map((name) => documentsOf([name])));
  });
}

/** Returns the greatest number of patients in a call, from the call with this index on. */
function longestCall(core: TestCore, from: number): number {
  const lengths = core.observed.readings
    .slice(from)
    .map((reading) => Number(/: (\d+) patient/.exec(reading)?.[1]));
  return Math.max(...lengths);
}

describe('a merged call whose reply is too large', () => {
  test('is split until all needs are answered; later calls are short enough from the start', async () => {
    await using core = await startWithFiles(7_500);
    // A patient's documents take 20 kB in base64, so that nine patients fit into one reply.
    expect(await operate(core, NAMES)).toBeGreaterThan(10);
    const begun = core.observed.readings.length;
    const calls = await operate(core, NAMES);
    expect(longestCall(core, begun)).toBeLessThanOrEqual(9);
    expect(calls).toBeLessThanOrEqual(Math.ceil(60 / 6));
    expect(await operate(core, NAMES)).toBe(calls);
  });

  test('fails only for the patient whose own reply is too large', async () => {
    const small = Buffer.alloc(100).toString('base64');
    const large = Buffer.alloc(80_000).toString('base64');
    const charts = [
      ...chartsOf(NAMES.slice(1), { fileContents: small }),
      ...chartsOf(['p0'], { fileContents: large }),
    ];
    await using core = await startCore({
      sandbox: { charts },
      settings: { REDOX_MAX_RESPONSE_BYTES: String(MAX_BYTES) },
    });
    const outcomes = await Promise.all(NAMES.map((name) => outcomeOf(core.submit(needOf([name])))));
    expect(outcomes).toEqual(['UPSTREAM_PROTOCOL', ...NAMES.slice(1).map((name) => documentsOf([name]))]);
    expect(await operate(core, NAMES.slice(1))).toBe(1);
  });
});

test('after short calls, the size of their replies limits the length of the next calls', async () => {
  await using core = await startWithFiles(7_500);
  await operate(core, ['p0', 'p1']);
  const begun = core.observed.readings.length;
  const calls = await operate(core, NAMES);
  expect(longestCall(core, begun)).toBeLessThanOrEqual(9);
  expect(calls).toBe(Math.ceil(60 / 6));
});
