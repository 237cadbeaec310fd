/** Requests that have arrived at a server of this process: what a test waits for before it opens a gate. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { settle } from './fake-clock.ts';
import { holdAnswers } from './gate.ts';
import type { TestGateway } from './gateway.ts';
import { until } from './until.ts';

export interface Arrivals extends Disposable {
  /** Requests whose head the server has read since counting began. */
  readonly count: number;
}

export function countArrivals(url: string): Arrivals {
  const port = Number(new URL(url).port);
  let count = 0;
  const listener = (message: unknown) => {
    const { socket } = message as { readonly socket: Socket };
    if (socket.localPort === port) count += 1;
  };
  subscribe('http.server.request.start', listener);
  return {
    get count() {
      return count;
    },
    [Symbol.dispose]: () => unsubscribe('http.server.request.start', listener),
  };
}

/**
 * Sends `count` operations, and holds what Redox answers until all of them have come to the gateway and have gone as far as
 * they get without it: so that each meets the others' calls.
 */
export async function askTogether<T>(
  gateway: TestGateway,
  count: number,
  ask: (at: number) => Promise<T>,
): Promise<T[]> {
  using arrivals = countArrivals(gateway.url);
  using gate = holdAnswers(gateway.redox);
  const answers = Promise.all(Array.from({ length: count }, (_, at) => ask(at)));
  await until(() => arrivals.count === count);
  await settle();
  gate.open();
  return answers;
}
