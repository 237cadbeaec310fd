/** The one connection to Redis, where replicas share what they may: it comes and goes, and nothing waits for it. */

import { createClient } from '@redis/client';
import type { Clock } from '../clock.ts';

/** What another replica is told later than this is not worth telling. */
const MAX_COMMAND_MS = 500;
const MAX_PAUSE_MS = 2000;

export interface RedisConnection {
  /** False while each replica goes on alone. */
  readonly isUp: boolean;
  /** Rejects when there is no connection, or no answer in time. */
  send(...command: readonly string[]): Promise<unknown>;
  close(): void;
}

/** `report`: hears whenever it comes or goes. Connects in the background. */
export function connectToRedis(
  url: string,
  report: (event: { readonly available: boolean }) => void,
  clock: Clock,
): RedisConnection {
  const client = createClient({
    url,
    // Waiting commands would be answered with what was asked long ago.
    disableOfflineQueue: true,
    socket: { reconnectStrategy: (attempt) => Math.min(100 * 2 ** attempt, MAX_PAUSE_MS) },
  });
  let isUp = false;
  const note = (available: boolean) => {
    if (available === isUp) return;
    isUp = available;
    report({ available });
  };
  client.on('ready', () => note(true));
  // Its messages may quote the URL, which may hold a password.
  client.on('error', () => note(false));
  client.on('end', () => note(false));
  client.connect().catch(() => undefined);
  // A replica that never had it says so once, too.
  const first = clock.setTimeout(() => isUp || report({ available: false }), MAX_PAUSE_MS).unref();
  return {
    get isUp() {
      return isUp;
    },
    async send(...command) {
      if (!isUp) throw new Error('Redis is not connected');
      const answer = client.sendCommand([...command]);
      answer.then(
        () => note(true),
        () => undefined,
      );
      return Promise.race([answer, rejectLater(answer, clock, () => note(false))]);
    },
    close() {
      clock.clearTimeout(first);
      client.destroy();
    },
  };
}

function rejectLater(answer: Promise<unknown>, clock: Clock, onLate: () => void): Promise<never> {
  answer.catch(() => undefined);
  return new Promise((_, reject) => {
    const timer = clock.setTimeout(() => {
      onLate();
      reject(new Error('Redis is late'));
    }, MAX_COMMAND_MS);
    const stop = () => clock.clearTimeout(timer);
    answer.then(stop, stop);
  });
}
