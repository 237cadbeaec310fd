/** Yields the body of a request as it arrives, and ends the request when the sender is too slow. */
import type { FastifyRequest } from 'fastify';
import type { Clock } from '../../clock.ts';
import { LeastThroughput, SlowPeer } from '../least-throughput.ts';

/**
 * The connection stays open for the response even if the body is not read to its end. `until`: the time by which the whole body
 * must have arrived, in milliseconds of the clock; it is checked with each chunk, and the window of LeastThroughput limits the
 * time between two chunks. @throws SlowPeer; any other error means that the sender has closed the connection.
 */
export async function* arrivingBody(
  raw: FastifyRequest['raw'],
  clock: Clock,
  until = Number.POSITIVE_INFINITY,
): AsyncGenerator<Buffer> {
  let arrived = 0;
  const pace = new LeastThroughput(clock, () => arrived);
  const chunks: AsyncIterator<Buffer> = raw.iterator({ destroyOnReturn: false });
  try {
    for (;;) {
      const { done, value } = await pace.wait(chunks.next());
      if (done) return;
      if (clock.now() > until) throw new SlowPeer();
      arrived += value.length;
      yield value;
    }
  } finally {
    // The iterator may be waiting for bytes that never arrive, so its end is not awaited.
    chunks.return?.().catch(() => undefined);
  }
}
