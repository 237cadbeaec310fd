/** Waiting for what another process or server will do: looks every few milliseconds, and gives up aloud. */
import { setTimeout } from 'node:timers/promises';

export async function until(condition: () => boolean | Promise<boolean>, withinMs = 5000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`still not so after ${withinMs} ms`);
    await setTimeout(5);
  }
}
