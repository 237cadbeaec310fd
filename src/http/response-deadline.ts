/** Closes the connections of clients that stop reading: a GraphQL response is held completely until its last byte is sent. */
import type { FastifyReply } from 'fastify';
import type { Clock } from '../clock.ts';
import { maxTransferMs } from './transfer-time.ts';

/** Shorter responses fit into the buffers of a connection. */
const SMALL_BYTES = 65_536;

/** For a GraphQL response, which is held whole. `bytes`: about as many as it has. */
export function limitTimeToRead(reply: FastifyReply, bytes: number, clock: Clock): void {
  if (bytes > SMALL_BYTES) closeUnlessRead(reply, maxTransferMs(bytes), clock);
}

/** Closes the connection unless the response has been read within `ms`. */
export function closeUnlessRead({ raw }: FastifyReply, ms: number, clock: Clock): void {
  const timer = clock.setTimeout(() => raw.destroy(), ms);
  raw.once('close', () => clock.clearTimeout(timer));
}
