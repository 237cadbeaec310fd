/** Checks that there is memory for what is to be remembered: a process that runs out of it later takes down all operations. */
import { totalmem } from 'node:os';
import { constrainedMemory } from 'node:process';
import { getHeapStatistics } from 'node:v8';
import type { Environment } from './environment.ts';
import { RECENT } from './recent-settings.ts';
import type { ValuesOf } from './setting.ts';

/** In bytes. */
export interface Memory {
  /** What the JavaScript heap may grow to: answers are objects in it. */
  readonly heap: number;
  /** What the process may take in all: the bytes of files lie outside the heap. */
  readonly all: number;
}

/** A container's limit, where there is one; Node reports 0, or more than the machine has, where there is none. */
export function memoryOfProcess(): Memory {
  const machine = totalmem();
  return {
    heap: getHeapStatistics().heap_size_limit,
    all: Math.min(machine, constrainedMemory() || machine),
  };
}

/** The other half is for operations: a few replies of 40 MB at once take hundreds of megabytes. */
const MAX_PART = 1 / 2;

/** Faults are reported by name. What is never remembered needs no memory. */
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
