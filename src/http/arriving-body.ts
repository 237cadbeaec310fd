/** The body of a request as it arrives, from a sender that must not be too slow. */
import type { FastifyRequest } from 'fastify';
import type { Clock } from '../clock.ts';
import { LeastThroughput, SlowPeer } from './least-throughput.ts';

/**
 * The connection stays open when the body is left before its end, for the response.
 * `until`: in milliseconds of the clock, when all of it must have arrived; it is looked at with each chunk, and LeastThroughput's
 * window bounds the time between two of them.
 * @throws SlowPeer; any other error means that the sender has closed the connection.
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
    // It may wait for bytes that never come, so nothing waits for its end.
    chunks.return?.().catch(() => undefined);
  }
}
