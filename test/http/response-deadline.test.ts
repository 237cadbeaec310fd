/** A client that stops reading its response holds it no longer than anything takes at 2 Mbit/s. */
import { connect, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { FakeClock } from '../support/fake-clock.ts';
import { startTestGateway } from '../support/gateway.ts';
import { chartDocument } from '../support/own-chart.ts';

/** More than the buffers of a connection on loopback take. */
const FILE = Buffer.alloc(9_000_000, 'synthetic');
const QUERY = JSON.stringify({
  query: '{ media(documentId: "large") { content { base64(maxBytes: 10000000) } } }',
});

/** Asks for the file, reads the first bytes of the response and then no more. */
async function beginToRead(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  const head = [
    'POST /graphql HTTP/1.1',
    'host: gateway',
    'connection: close',
    'content-type: application/json',
  ];
  socket.write([...head, `content-length: ${QUERY.length}`, '', QUERY].join('\r\n'));
  await new Promise((resolve) => socket.once('readable', resolve));
  return socket;
}

test.each([
  // 12 MB of base64: 30 s, and 47 s by their length.
  ['goes on in time', 76_000, 12_000_000],
  ['does not go on', 78_000, 0],
])('one that %s', async (_, pauseMs, leastBytes) => {
  const clock = new FakeClock();
  const charts = [chartDocument('a', { documentId: 'large', fileContents: FILE.toString('base64') })];
  await using gateway = await startTestGateway({ charts }, {}, clock);
  const socket = await beginToRead(gateway.url);
  clock.tick(pauseMs);
  const read = await buffer(socket).then(
    ({ length }) => length,
    () => 0,
  );
  if (leastBytes > 0) expect(read).toBeGreaterThanOrEqual(leastBytes);
  else expect(read).toBeLessThan(12_000_000);
});
