/** A client that is refused, and hangs up before it has been told in full, gets no further than the refusal. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { createSystemClock } from '../../src/clock.ts';
import { parseConfig } from '../../src/config/config.ts';
import { startGateway } from '../../src/gateway.ts';
import { createLog } from '../../src/telemetry/log.ts';

test.each([
  ['/uploads', 'text/plain'],
  ['/graphql', 'application/json'],
])('%s: its handler is not called', async (path, type) => {
  const reports: unknown[] = [];
  const log = { ...createLog('silent'), internalError: (event: unknown) => reports.push(event) };
  const gateway = await startGateway(await parseConfig({ PORT: '0' }), createSystemClock(), log);
  const { hostname, port } = new URL(gateway.url);
  const socket = connect({ host: hostname, port: Number(port) });
  const headers = `host: x\r\nauthorization: Bearer x\r\ncontent-type: ${type}\r\ncontent-length: 500`;
  socket.write(`POST ${path} HTTP/1.1\r\n${headers}\r\n\r\nabc`);
  const [answer] = await once(socket, 'data');
  expect(String(answer)).toMatch(/^HTTP\/1\.1 401 /);
  socket.destroy();
  await once(socket, 'close');
  // What the gateway answers now, it answers after it has noticed that the other connection is closed.
  for (let asked = 0; asked < 3; asked += 1) await (await fetch(new URL('/livez', gateway.url))).text();
  await gateway.close();
  expect(reports).toEqual([]);
});
