/** One event of a subscription has its own time, and leaves nothing at its subscription's signal. */
import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { GatewayError } from '../../src/errors.ts';
import { createEventContext } from '../../src/gateway/event-context.ts';
import type { Context, OperationOutcome } from '../../src/graphql/server/context.ts';
import type { Operation } from '../../src/http/operation.ts';
import { FRESH } from '../../src/media/recent/freshness.ts';
import { FakeClock } from '../support/fake-clock.ts';

const TIMEOUT_MS = 1000;

function openEvent(freshness = FRESH) {
  const clock = new FakeClock();
  const connection = new AbortController();
  const outcomes: OperationOutcome[] = [];
  const created: Operation[] = [];
  const given: Pick<Operation, 'clock' | 'signal' | 'freshness' | 'deadline'> = {
    clock,
    signal: connection.signal,
    freshness,
    deadline: clock.now() + 60_000,
  };
  const own: Pick<Context, 'onEnd'> = { onEnd: (outcome) => outcomes.push(outcome) };
  const { onEnd } = createEventContext(given as Operation, TIMEOUT_MS, (operation) => {
    created.push(operation);
    return own as Context;
  });
  const [operation] = created;
  if (operation === undefined) throw new Error('a context was made');
  return { clock, connection, outcomes, operation, end: onEnd, began: clock.now() };
}

const listeners = ({ signal }: AbortController) => getEventListeners(signal, 'abort').length;

test('its time begins with it, and is not that of the subscription', async () => {
  const { clock, operation, began, connection } = openEvent();
  expect(operation.deadline).toBe(began + TIMEOUT_MS);
  await clock.advance(TIMEOUT_MS - 1);
  expect(operation.signal.aborted).toBe(false);
  await clock.advance(1);
  expect(operation.signal.reason).toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
  expect(connection.signal.aborted).toBe(false);
});

test('it ends with its subscription, for the same reason', () => {
  const { connection, operation } = openEvent();
  const reason = new GatewayError('UNAUTHENTICATED');
  connection.abort(reason);
  expect(operation.signal.reason).toBe(reason);
});

test('what it asks is asked of Redox, whatever its client accepts', () => {
  const { operation } = openEvent({ ...FRESH, maxAgeMs: 60_000, onlyRemembered: true, mayRemember: false });
  expect(operation.freshness).toEqual({ ...FRESH, mayRemember: false });
});

test('when it is over, no timer and no listener is left, and its own end is heard of', () => {
  const { clock, connection, outcomes, end } = openEvent();
  expect(listeners(connection)).toBe(1);
  end?.('partial');
  expect(outcomes).toEqual(['partial']);
  expect(listeners(connection)).toBe(0);
  expect(clock.nextTimerMs).toBe(Number.POSITIVE_INFINITY);
});
