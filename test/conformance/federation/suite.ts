/** Apollo's compatibility suite, run by its own test runner against a products subgraph and a router that run already. */
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { SUITE } from './products.ts';

/** The runner that the suite brings along. */
const JEST = createRequire(SUITE).resolve('jest/bin/jest');

export interface SuiteResult {
  readonly passed: readonly string[];
  /** Names, each with what was wrong. */
  readonly failed: readonly string[];
}

interface JestResults {
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

export async function runSuite(urls: { products: string; router: string }): Promise<SuiteResult> {
  const config = {
    rootDir: `${SUITE}tests`,
    testEnvironment: 'node',
    // The suite lives in node_modules, where jest would look for none.
    haste: { retainAllFiles: true },
    testPathIgnorePatterns: [],
    setupFilesAfterEnv: [fileURLToPath(new URL('use-our-router.cjs', import.meta.url))],
  };
  const args = [JEST, '--ci', '--json', '--runInBand', '--config', JSON.stringify(config)];
  const env = { PATH: process.env['PATH'], PRODUCTS_URL: urls.products, ROUTER_URL: urls.router };
  const stdout = await new Promise<string>((resolve, reject) => {
    execFile(process.execPath, args, { env, cwd: SUITE, maxBuffer: 2 ** 26 }, (error, out, err) => {
      // A failed test is exit code 1, and in the report.
      if (out === '') reject(new Error(`the suite did not run: ${err || error?.message}`));
      else resolve(out);
    });
  });
  const { testResults } = JSON.parse(stdout) as JestResults;
  const broken = testResults.filter(({ assertionResults }) => assertionResults.length === 0);
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  return {
    passed: tests.filter(({ status }) => status === 'passed').map(({ fullName }) => fullName),
    failed: [
      ...broken.map(({ message }) => message),
      ...tests
        .filter(({ status }) => status !== 'passed')
        .map(({ fullName, failureMessages }) => `${fullName}: ${failureMessages.join('\n')}`),
    ],
  };
}
