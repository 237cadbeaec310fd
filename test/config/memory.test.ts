/** Abuse: settings that ask for more memory than there is are refused at start, by name. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { ConfigError, parseConfig } from '../../src/config/config.ts';
import { type Memory, memoryOfProcess } from '../../src/config/process-memory.ts';

const MIB = 2 ** 20;

async function faultyNames(variables: Record<string, string>, memory: Memory): Promise<readonly string[]> {
  try {
    await parseConfig(variables, memory);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.faults.map(({ variable }) => variable);
  }
}

it.each([
  ['the defaults fit', {}, { heap: 128 * MIB, all: 384 * MIB }, []],
  ['answers are more than half of the heap', {}, { heap: 128 * MIB - 1, all: 4096 * MIB }, ['RECENT_BYTES']],
  [
    'both are more than half of all memory',
    {},
    { heap: 4096 * MIB, all: 384 * MIB - 1 },
    ['RECENT_FILE_BYTES'],
  ],
  ['less is asked for', { RECENT_FILE_BYTES: '0' }, { heap: 128 * MIB, all: 128 * MIB }, []],
  [
    'more is asked for',
    { RECENT_BYTES: `${65 * MIB}` },
    { heap: 128 * MIB, all: 4096 * MIB },
    ['RECENT_BYTES'],
  ],
  ['nothing is remembered', { RECENT_SECONDS: '0' }, { heap: MIB, all: MIB }, []],
])('where %s: %o of %o', async (_, variables, memory, names) => {
  expect(await faultyNames(variables, memory)).toEqual(names);
});

it('counts what this very process may take, which its heap may be made larger than', async () => {
  const { heap, all } = memoryOfProcess();
  expect(heap).toBeGreaterThan(64 * MIB);
  expect(all).toBeGreaterThan(64 * MIB);
  const script =
    "import { memoryOfProcess } from './src/config/process-memory.ts'; console.log(memoryOfProcess().heap)";
  const flags = ['--max-old-space-size=100', '--input-type=module', '-e', script];
  const { stdout } = await promisify(execFile)(process.execPath, flags);
  expect(Number(stdout)).toBeGreaterThan(100 * MIB);
  expect(Number(stdout)).toBeLessThan(heap);
});

it('ends a process that asks for too much before it listens, and quotes no value', async () => {
  const run = promisify(execFile)(process.execPath, ['src/main.ts'], {
    env: { PATH: process.env['PATH'], PORT: '0', RECENT_FILE_BYTES: '1099511627776' },
  });
  const failure: unknown = await run.catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 1, stderr: expect.stringContaining('RECENT_FILE_BYTES') });
  expect(failure).not.toMatchObject({ stderr: expect.stringContaining('1099511627776') });
});
