/** Checks that there is enough memory for remembered answers and files: a process that runs out of memory ends all operations. */
import { totalmem } from 'node:os';
import { constrainedMemory } from 'node:process';
import { getHeapStatistics } from 'node:v8';
import type { Environment } from './environment.ts';
import { RECENT } from './recent-settings.ts';
import type { ValuesOf } from './setting.ts';

/** In bytes. */
export interface Memory {
  /** The maximum size of the JavaScript heap, which contains the answers. */
  readonly heap: number;
  /** The maximum memory of the process: the bytes of files are outside the heap. */
  readonly all: number;
}

/** The limit of the container, if there is one; Node reports 0, or more than the machine has, if there is none. */
export function memoryOfProcess(): Memory {
  const machine = totalmem();
  return {
    heap: getHeapStatistics().heap_size_limit,
    all: Math.min(machine, constrainedMemory() || machine),
  };
}

/** The other half is for operations: a few replies of 40 MB at the same time take hundreds of megabytes. */
const MAX_PART = 1 / 2;

/** Reports faults by name. If nothing is remembered, no memory is needed. */
export function checkMemory(
  { seconds, bytes, fileBytes }: ValuesOf<typeof RECENT>,
  env: Environment,
  { heap, all }: Memory,
): void {
  if (seconds === 0) return;
  if (bytes > heap * MAX_PART) {
    env.refuse(RECENT.bytes, 'must not exceed half of the JavaScript heap (--max-old-space-size)');
  } else if (bytes + fileBytes > all * MAX_PART) {
    env.refuse(
      RECENT.fileBytes,
      'must not exceed, together with RECENT_BYTES, half of the memory of the machine or container',
    );
  }
}
