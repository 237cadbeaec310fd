/** How events of a subscription become results: each with a context of its own, and audited before it leaves. */
import { buildSchema, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../src/errors.ts';
import type { Context } from '../../src/graphql/server/context.ts';
import { subscribeToEvents } from '../../src/graphql/server/event-results.ts';
import { createExecutor } from '../../src/graphql/server/operation-execution.ts';
import { OperationSlices } from '../../src/operation-slices.ts';
import { TimeSlices } from '../../src/time-slices.ts';
import { FakeClock } from '../support/fake-clock.ts';

const SCHEMA = buildSchema(`
  type Query { none: Int }
  type Subscription { number: Int }
`);

/** As after so many milliseconds of work in this turn of the event loop. */
class WorkingClock extends FakeClock {
  workedMs = 0;

  override now(): number {
    return super.now() + this.workedMs;
  }
}

interface Source extends AsyncGenerator<number, void, void> {
  readonly thrown: unknown[];
}

/** Yields 1, 2 and so on, and waits for ever after `count`. */
function numbersUpTo(count: number, log: string[]): Source {
  let at = 0;
  const thrown: unknown[] = [];
  return {
    thrown,
    next: async () => {
      at += 1;
      if (at > count) return new Promise<never>(() => undefined);
      return { value: at, done: false };
    },
    return: async () => {
      log.push('source returns');
      return { value: undefined, done: true };
    },
    throw: async (error: unknown) => {
      thrown.push(error);
      throw new GatewayError('OVERLOADED', { cursor: 'the cursor of the event before it' });
    },
    [Symbol.asyncIterator]() {
      return this;
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}

interface RunOptions {
  readonly source?: (log: string[]) => Source;
  readonly subscribe?: (source: Source) => unknown;
  readonly resolve?: (event: number) => unknown;
  readonly auditEnd?: () => Promise<void>;
}

async function run({ source = (log) => numbersUpTo(3, log), auditEnd, ...resolvers }: RunOptions = {}) {
  const clock = new WorkingClock();
  const slices = new TimeSlices(clock);
  const log: string[] = [];
  const numbers = source(log);
  const { number } = SCHEMA.getSubscriptionType()?.getFields() ?? {};
  if (number === undefined) throw new Error('the schema has the field');
  number.subscribe = () => resolvers.subscribe?.(numbers) ?? numbers;
  let contexts = 0;
  number.resolve = (event: number, _, { name }: { name: string }) => {
    log.push(`${name}: resolve ${event}`);
    return resolvers.resolve?.(event) ?? event;
  };
  const contextOf = (name: string) => {
    const own: Pick<Context, 'slices' | 'audit' | 'onEnd' | 'forEvent'> & { readonly name: string } = {
      name,
      slices: new OperationSlices(slices),
      audit: {
        begin: ({ name: operation, hash }) => log.push(`${name}: begin ${operation} ${hash}`),
        end: async () => {
          log.push(`${name}: audited`);
          await auditEnd?.();
        },
      },
      onEnd: (outcome) => log.push(`${name}: ${outcome}`),
      forEvent: () => {
        contexts += 1;
        return contextOf(`event ${contexts}`);
      },
    };
    return own as Context & typeof own;
  };
  const results = await subscribeToEvents({
    schema: SCHEMA,
    document: parse('subscription Numbers { number }'),
    executor: createExecutor(SCHEMA, null),
    eventDocument: parse('subscription Numbers { number }'),
    contextValue: contextOf('subscription'),
    audited: { name: 'Numbers', hash: 'abc' },
  });
  return { results, log, numbers, clock, slices };
}

async function begun(options: RunOptions = {}) {
  const { results, ...rest } = await run(options);
  if (!('next' in results)) throw new Error(`it did not begin: ${results.errors}`);
  return { stream: results, ...rest };
}

test('each event has a context of its own, which ends after its audit entry and before it leaves', async () => {
  const { stream, log } = await begun();
  for (const number of [1, 2]) {
    const { value } = await stream.next();
    expect(value?.data).toEqual({ number });
    log.push(`${number} has left`);
  }
  expect(log).toEqual(
    [1, 2].flatMap((number) => [
      `event ${number}: begin Numbers abc`,
      `event ${number}: resolve ${number}`,
      `event ${number}: audited`,
      `event ${number}: answered`,
      `${number} has left`,
    ]),
  );
});

test('an event with errors of fields leaves, and is partial', async () => {
  const { stream, log } = await begun({
    resolve: () => {
      throw new GatewayError('FORBIDDEN');
    },
  });
  const { value } = await stream.next();
  expect(value?.errors?.[0]?.originalError).toMatchObject({ code: 'FORBIDDEN' });
  expect(log.at(-1)).toBe('event 1: partial');
});

test('an event that cannot be audited does not leave: its source says where to continue', async () => {
  const failure = new GatewayError('OVERLOADED');
  const { stream, log, numbers } = await begun({ auditEnd: () => Promise.reject(failure) });
  await expect(stream.next()).rejects.toMatchObject({
    code: 'OVERLOADED',
    extensions: { cursor: 'the cursor of the event before it' },
  });
  expect(numbers.thrown).toEqual([failure]);
  expect(log.at(-1)).toBe('event 1: refused');
});

test('it ends at once, also while it waits for an event', async () => {
  const { stream, log } = await begun({ source: (lines) => numbersUpTo(0, lines) });
  void stream.next();
  expect(await stream.return()).toEqual({ value: undefined, done: true });
  expect(log).toEqual(['source returns']);
});

test('whether there is an event, its source says; one that cannot say is asked for it at once', async () => {
  const waiting: (() => void)[] = [];
  const whenReady = (wake: () => void) => void waiting.push(wake);
  const { stream } = await begun({ source: (lines) => ({ ...numbersUpTo(1, lines), whenReady }) });
  const wake = () => {};
  stream.whenReady(wake);
  expect(waiting).toEqual([wake]);
  const { stream: other } = await begun();
  await new Promise<void>((resolve) => other.whenReady(resolve));
});

test('where a turn of the event loop has lasted long enough, an event waits for the next one', async () => {
  const { stream, log, clock, slices } = await begun();
  expect(slices.isOver).toBe(false);
  // As after the work for thousands of other subscriptions.
  clock.workedMs = 100;
  expect(slices.isOver).toBe(true);
  const next = stream.next();
  for (let microtasks = 0; microtasks < 50; microtasks += 1) await null;
  expect(log).toEqual([]);
  expect((await next).value?.data).toEqual({ number: 1 });
});

describe('what is refused', () => {
  test('by the resolver is the one result', async () => {
    const subscribe = () => {
      throw new GatewayError('FORBIDDEN');
    };
    const { results, log } = await run({ subscribe });
    expect('errors' in results && results.errors?.[0]?.originalError).toMatchObject({ code: 'FORBIDDEN' });
    expect(log).toEqual([]);
  });

  test('a source that is no stream of events', async () => {
    const only = { [Symbol.asyncIterator]: () => ({ next: async () => ({ value: 1, done: false }) }) };
    await expect(run({ subscribe: () => only })).rejects.toThrow('no stream of events');
  });
});
