/** The connection to Redis, which replicas share. Redis may be away at any time, and no command waits for it longer than half a second. */

import { createClient } from '@redis/client';
import type { Clock } from '../clock.ts';

/** How long a command may take. After that the replica goes on without Redis. */
const MAX_COMMAND_MS = 500;
const MAX_PAUSE_MS = 2000;

export interface RedisConnection {
  /** False while Redis is away, so that the replica goes on by itself. */
  readonly isUp: boolean;
  /** Rejects without a connection, for an error of Redis, and when there is no reply in time. */
  send(...command: readonly string[]): Promise<unknown>;
  close(): void;
}

/** Connects in the background. `report` is called whenever Redis becomes available or unavailable. */
export function connectToRedis(
  url: string,
  report: (event: { readonly available: boolean }) => void,
  clock: Clock,
): RedisConnection {
  const client = createClient({
    url,
    // Commands that are queued while Redis is away would be sent long after their replies are of use.
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
  // The error is not reported, as its message may quote the URL, which may hold a password.
  client.on('error', () => note(false));
  client.on('end', () => note(false));
  client.connect().catch(() => undefined);
  // A replica that cannot connect at its start reports that once, too.
  const first = clock.setTimeout(() => isUp || report({ available: false }), MAX_PAUSE_MS).unref();
  return {
    get isUp() {
      return isUp;
    },
    async send(...command) {
      if (!isUp) throw new Error('Redis is not connected');
      const reply = client.sendCommand([...command]);
      reply.then(
        () => note(true),
        () => undefined,
      );
      return Promise.race([reply, rejectLater(reply, clock, () => note(false))]);
    },
    close() {
      clock.clearTimeout(first);
      client.destroy();
    },
  };
}

function rejectLater(reply: Promise<unknown>, clock: Clock, onLate: () => void): Promise<never> {
  reply.catch(() => undefined);
  return new Promise((_, reject) => {
    const timer = clock.setTimeout(() => {
      onLate();
      reject(new Error('Redis did not reply in time'));
    }, MAX_COMMAND_MS);
    const stop = () => clock.clearTimeout(timer);
    reply.then(stop, stop);
  });
}
