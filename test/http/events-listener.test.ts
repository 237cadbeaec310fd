/** Events of Redox at a listener of their own (REDOX_EVENTS_PORT). */
import { once } from 'node:events';
import { connect } from 'node:net';
import { type FastifyInstance, fastify } from 'fastify';
import { describe, expect, test } from 'vitest';
import { OpenOperations } from '../../src/http/drain.ts';
import { addEventsRoute } from '../../src/http/redox-events.ts';
import { openReceiver, pushed, TOKEN } from '../events/pushed.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { until } from '../support/until.ts';

const RIGHT = { 'verification-token': TOKEN };
const BODY = JSON.stringify(pushed('New'));

describe('a listener of its own', () => {
  async function listen(readiness = { isDraining: false }) {
    const clock = new FakeClock();
    const own = openReceiver(clock);
    const app: FastifyInstance = fastify({ forceCloseConnections: true });
    const always = {
      hasToken: async () => undefined,
      canAudit: async () => true,
      canRecordEvents: () => own.inbox.health.isUp,
    };
    let refused = 0;
    let [open, most] = [0, 0];
    const receive: typeof own.receiver.receive = async (body) => {
      open += 1;
      most = Math.max(most, open);
      return own.receiver.receive(body).finally(() => {
        open -= 1;
      });
    };
    await app.register(async (scope) =>
      addEventsRoute(scope, {
        tokens: [TOKEN],
        receiver: { receive },
        onRefused: () => {
          refused += 1;
        },
        clock,
        readiness: { ...readiness, ...always },
        operations: new OpenOperations(),
      }),
    );
    const address = await app.listen({ port: 0, host: '127.0.0.1' });
    return {
      ...own,
      refused: () => refused,
      received: () => ({ open, most }),
      port: Number(new URL(address).port),
      send: (body = BODY) => fetch(`${address}/redox/events`, { method: 'POST', headers: RIGHT, body }),
      [Symbol.asyncDispose]: () => app.close(),
    };
  }

  test('whose inbox cannot record answers 503, so that Redox keeps the event', async () => {
    await using own = await listen();
    own.inbox.close();
    expect((await own.send()).status).toBe(503);
    expect(own.reports).toMatchObject([{ outcome: 'failed' }]);
  });

  test('that drains answers 503', async () => {
    await using own = await listen({ isDraining: true });
    expect((await own.send()).status).toBe(503);
    expect(await own.events()).toEqual([]);
  });

  test('ends an event that arrives too slowly with 503, and records nothing of it', async () => {
    await using own = await listen();
    const socket = connect(own.port, '127.0.0.1');
    socket.write(
      `POST /redox/events HTTP/1.1\r\nHost: x\r\nverification-token: ${TOKEN}\r\nContent-Length: 4000\r\n\r\n{"Meta":`,
    );
    const answered = once(socket, 'data');
    await until(() => own.clock.nextTimerMs <= 15_000);
    await own.clock.advance(15_000);
    expect(String((await answered)[0])).toMatch(/^HTTP\/1\.1 503 /);
    expect(own.reports).toMatchObject([{ outcome: 'incomplete' }]);
    expect(await own.events()).toEqual([]);
    socket.destroy();
  });

  test('refuses a verification that does not arrive', async () => {
    await using own = await listen();
    const socket = connect(own.port, '127.0.0.1');
    socket.write('POST /redox/events HTTP/1.1\r\nHost: x\r\nContent-Length: 400\r\n\r\n{"challenge":');
    const answered = once(socket, 'data');
    await until(() => own.clock.nextTimerMs <= 15_000);
    await own.clock.advance(15_000);
    expect(String((await answered)[0])).toMatch(/^HTTP\/1\.1 401 /);
    expect(own.refused()).toBe(1);
    socket.destroy();
  });

  test('reads sixteen events at once, and the next one when a slot is free', async () => {
    await using own = await listen();
    const sockets = Array.from({ length: 20 }, () => connect(own.port, '127.0.0.1'));
    for (const socket of sockets) {
      socket.write(
        `POST /redox/events HTTP/1.1\r\nHost: x\r\nverification-token: ${TOKEN}\r\nContent-Length: 4000000\r\n\r\n{"Meta":`,
      );
    }
    await until(() => own.received().open === 16);
    const waiting = own.send();
    // The sixteen are too slow, and leave their slots to the other four.
    await own.clock.advance(15_000);
    await until(() => own.received().open === 4);
    expect((await waiting).status).toBe(200);
    expect(own.received().most).toBe(16);
    for (const socket of sockets) socket.destroy();
  });
});
