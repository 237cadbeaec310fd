/** Connections beyond the bound: idle ones are closed for new ones, and those with a request under way are not. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { boundConnections } from '../../src/http/connection-bounds.ts';
import { portOf } from '../redox/upstream.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { Gate } from '../support/gate.ts';
import { until } from '../support/until.ts';

const MAX = 10;

interface Connection {
  readonly socket: Socket;
  received: string;
  isClosed: boolean;
}

async function startBounded() {
  const gate = new Gate();
  const server: Server = createServer(async ({ url }, response) => {
    if (url === '/held') await gate.passed;
    response.end('answered');
  });
  const clock = new FakeClock();
  boundConnections(server, clock, MAX);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const all: Connection[] = [];
  onTestFinished(() => {
    gate.open();
    for (const { socket } of all) socket.destroy();
    server.close();
  });
  return {
    gate,
    clock,
    all,
    /** A connection with one request. */
    open(path: string): Connection {
      const socket = connect(portOf(server.address()), '127.0.0.1');
      const connection: Connection = { socket, received: '', isClosed: false };
      all.push(connection);
      socket.on('data', (bytes) => {
        connection.received += bytes;
      });
      socket
        .on('error', () => undefined)
        .once('close', () => {
          connection.isClosed = true;
        });
      socket.write(`GET ${path} HTTP/1.1\r\nhost: gateway\r\n\r\n`);
      return connection;
    },
    countOpen: () => all.filter(({ isClosed }) => !isClosed).length,
  };
}

const isAnswered = ({ received }: Connection) => received.endsWith('answered');

test('however many connections stay open and idle, new ones are answered', async () => {
  const { open, clock, countOpen } = await startBounded();
  for (let at = 0; at < 3 * MAX; at += 1) {
    const connection = open('/');
    await until(() => isAnswered(connection));
    clock.tick(100);
    await until(() => countOpen() <= MAX);
  }
});

test('a connection with a request under way is not closed; beyond the bound there are no others', async () => {
  const { open, gate, all, clock } = await startBounded();
  const idle = open('/');
  await until(() => isAnswered(idle));
  const held = Array.from({ length: MAX - 1 }, () => open('/held'));
  await until(() => idle.isClosed);
  clock.tick(100);
  held.push(open('/held'));
  clock.tick(100);
  const beyond = open('/held');
  await until(() => beyond.isClosed);
  gate.open();
  await until(() => held.every(isAnswered));
  expect(all.filter(({ isClosed }) => isClosed)).toEqual([idle, beyond]);
});
