/** What `/metrics` says at the moment. */
import { expect } from 'vitest';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { patientsIn } from './core.ts';
import { until } from './until.ts';

/** Each sample by its name and labels, without the family's prefix; `url` is any of the gateway's. */
export async function readMetrics(url: string): Promise<Map<string, number>> {
  const response = await fetch(new URL('/metrics', url));
  expect(response.headers.get('content-type')).toMatch(/^text\/plain/);
  const lines = (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at).replace('redox_media_', ''), Number(line.slice(at + 1))];
    }),
  );
}

/**
 * Waits until a gateway with REDOX_CONCURRENCY=1 has so many operations under way, each of which asks for the documents of
 * another patient: the held call's and those that wait for it.
 */
export async function untilUnderWay(url: string, redox: Sandbox, count: number): Promise<void> {
  await until(async () => {
    const inFlight = redox.calls.flatMap(patientsIn).length;
    const waiting = (await readMetrics(url)).get('waiting_needs{destination="general"}') ?? 0;
    return inFlight > 0 && inFlight + waiting === count;
  });
}
