/** Waiting for what another process or server will do: looks every few milliseconds, and gives up aloud. */
import { setTimeout } from 'node:timers/promises';

/** Far more than anything takes on a busy machine, and less than a test may: what never comes is told by this. */
const SAFETY_MS = 30_000;

export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + SAFETY_MS;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`still not so after ${SAFETY_MS} ms: ${condition}`);
    await setTimeout(5);
  }
}
