/** Closes the connections of clients that stop reading: a GraphQL response is held whole until its last byte is sent. */
import type { FastifyReply } from 'fastify';
import type { Clock } from '../clock.ts';
import { maxTransferMs } from './transfer-time.ts';

/** Shorter ones fit into the buffers of a connection. */
const SMALL_BYTES = 65_536;

/** `bytes`: about as many as the response has. */
export function limitTimeToRead({ raw }: FastifyReply, bytes: number, clock: Clock): void {
  if (bytes <= SMALL_BYTES) return;
  const timer = clock.setTimeout(() => raw.destroy(), maxTransferMs(bytes));
  raw.once('close', () => clock.clearTimeout(timer));
}
