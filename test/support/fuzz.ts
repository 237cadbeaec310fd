/**
 * A fuzzer: as many random cases as `cases.ts` says, of which at least one must have been tried. It prints how many there
 * were and the command that tries the same ones again; where one failed, the command that tries that one alone.
 */
import { relative } from 'node:path';
import fc from 'fast-check';
import { expect } from 'vitest';
import { CASES } from './cases.ts';
import { replayed } from './replay.ts';

export interface Fuzzer<Case> {
  readonly cases: fc.Arbitrary<Case>;
  /** How many of them `check` gets together: what one request or one operation holds, or several at once. Default: 1. */
  readonly atOnce?: number;
  /** Throws when one of them is wrong. */
  check(cases: readonly Case[]): Promise<void> | void;
}

export async function fuzz<Case>({ cases, atOnce = 1, check }: Fuzzer<Case>): Promise<void> {
  const { seed } = replayed;
  let [tried, hasFailed] = [0, false];
  const batches = fc.array(cases, { minLength: atOnce, maxLength: atOnce });
  const property = fc.asyncProperty(batches, async (batch) => {
    try {
      await check(batch);
      tried += 1;
    } catch (error) {
      // Said before the case is made small, which may take longer than the test is given.
      if (!hasFailed) print(`a case failed after ${tried * atOnce}; to run them again`, `FUZZ_SEED=${seed}`);
      hasFailed = true;
      throw error;
    }
  });
  const details = await fc.check(property, { numRuns: Math.ceil(CASES / atOnce), ...replayed });
  if (details.failed) {
    print('the failed case alone', `FUZZ_SEED=${seed} FUZZ_PATH=${details.counterexamplePath}`);
    throw new Error(await fc.asyncDefaultReportMessage(details), { cause: details.errorInstance });
  }
  print(`${tried * atOnce} cases passed; to run them again`, `FUZZ_SEED=${seed}`);
  expect(tried).toBeGreaterThan(0);
}

function print(what: string, variables: string): void {
  const { testPath = '', currentTestName = '' } = expect.getState();
  const command = `npm test -- ${relative(process.cwd(), testPath)} -t '${currentTestName}'`;
  process.stdout.write(`${what}: ${variables} ${command}\n`);
}
