/** The gateway's own listener and plugins over a small schema, whose one subscription yields what the test sends. */
import { buildSubgraphSchema } from '@apollo/subgraph';
import { GraphQLError, parse } from 'graphql';
import { onTestFinished } from 'vitest';
import { type Clock, createSystemClock } from '../../../src/clock.ts';
import { parseConfig } from '../../../src/config/config.ts';
import { GatewayError } from '../../../src/errors.ts';
import { type ApolloOptions, startApollo } from '../../../src/graphql/server/apollo.ts';
import type { Context } from '../../../src/graphql/server/context.ts';
import { type AppOptions, createApp } from '../../../src/http/app.ts';
import { ANONYMOUS } from '../../../src/http/callers/caller.ts';
import { OperationSlices } from '../../../src/operation-slices.ts';
import { createLog } from '../../../src/telemetry/log.ts';
import { GatewayMetrics } from '../../../src/telemetry/metrics.ts';
import { TimeSlices } from '../../../src/time-slices.ts';

export const LIVE_SCHEMA = `
  type Query { hello: String }
  type Subscription { ticks(to: Int, fail: String): Tick }
  type Tick { number: Int text: String slow: String fails: String forbidden: String }
`;

export interface Tick {
  readonly number: number;
  readonly text?: string;
}

/** What a test and the resolvers of its server share. */
export class Ticks {
  /** Subscriptions that are open. */
  open = 0;
  /** Events that were asked for. */
  asked = 0;
  /** In the order in which they happened. */
  readonly audit: string[] = [];
  /** What the field `slow` waits for. */
  slow: Promise<string> = Promise.resolve('');
  /** Of the entry that is to fail: it may not be written. */
  failingAudit: string | null = null;
  readonly #ready: Tick[] = [];
  readonly #waiting: (() => void)[] = [];
  #isOver = false;
  readonly #slices: TimeSlices;

  constructor(slices: TimeSlices) {
    this.#slices = slices;
  }

  send(...ticks: readonly Tick[]): void {
    this.#ready.push(...ticks);
    this.#wakeAll();
  }

  /** The subscription has nothing more to tell. */
  finish(): void {
    this.#isOver = true;
    this.#wakeAll();
  }

  /** As the gateway's own, it ends while it waits for an event. */
  subscribe(): AsyncGenerator<{ ticks: Tick }, void, void> {
    this.open += 1;
    let isOver = false;
    const finish = async () => {
      if (!isOver) this.open -= 1;
      isOver = true;
      this.#wakeAll();
      return { value: undefined, done: true } as const;
    };
    const next = async (): Promise<IteratorResult<{ ticks: Tick }, void>> => {
      this.asked += 1;
      while (this.#ready.length === 0 && !isOver && !this.#isOver) {
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
      }
      const ticks = isOver ? undefined : this.#ready.shift();
      return ticks === undefined ? finish() : { value: { ticks }, done: false };
    };
    return {
      next,
      return: finish,
      throw: async (error: unknown) => {
        await finish();
        throw error;
      },
      [Symbol.asyncIterator]() {
        return this;
      },
      [Symbol.asyncDispose]: async () => void (await finish()),
    };
  }

  #wakeAll(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  contextOf(name: string): Context {
    const audit = {
      begin: () => void this.audit.push(`begin ${name}`),
      end: async () => {
        this.audit.push(`end ${name}`);
        if (this.failingAudit === name) throw new GatewayError('OVERLOADED');
      },
    };
    // What the gateway's own resolvers share is nothing to these.
    const own: Pick<Context, 'slices' | 'audit' | 'cost' | 'forEvent'> = {
      slices: new OperationSlices(this.#slices),
      audit,
      cost: { ageSeconds: null, describe: () => ({ mediaQueries: 0 }) },
      forEvent: () => this.contextOf('event'),
    };
    return own as Context;
  }
}

function resolversFor(ticks: Ticks) {
  return {
    Query: { hello: () => 'there' },
    Subscription: {
      ticks: {
        subscribe: (_: unknown, { fail }: { fail?: string }) => {
          if (fail === 'forbidden') throw new GatewayError('FORBIDDEN');
          if (fail === 'internal') throw new Error('SYN-SECRET');
          return ticks.subscribe();
        },
      },
    },
    Tick: {
      slow: () => ticks.slow,
      fails: () => {
        throw new GraphQLError('SYN-SECRET');
      },
      forbidden: () => {
        throw new GatewayError('FORBIDDEN');
      },
    },
  };
}

type LiveOptions = Partial<AppOptions> & {
  readonly apolloOptions?: Partial<ApolloOptions>;
  readonly clock?: Clock;
  /** Of every caller's token. */
  readonly expiresInMs?: number;
};

export async function startLiveServer({
  apolloOptions = {},
  expiresInMs = Number.POSITIVE_INFINITY,
  ...options
}: LiveOptions = {}) {
  const clock = options.clock ?? createSystemClock();
  const slices = new TimeSlices(clock);
  const ticks = new Ticks(slices);
  const { limits } = await parseConfig({});
  const apollo = await startApollo({
    schema: buildSubgraphSchema([{ typeDefs: parse(LIVE_SCHEMA), resolvers: resolversFor(ticks) }]),
    introspection: false,
    presetHeaders: {},
    persistedDocuments: null,
    limits,
    log: createLog('silent'),
    slices,
    compiled: { fromUse: 1, onDeclined: () => undefined },
    ...apolloOptions,
  });
  const readiness = {
    isDraining: false,
    hasToken: async () => undefined,
    canAudit: async () => true,
    canRecordEvents: () => true,
  };
  const app = await createApp({
    apollo,
    identifyCaller: async () => ({ ...ANONYMOUS, expiresAt: clock.wallTime() + expiresInMs }),
    ratePerCaller: null,
    createContext: () => ticks.contextOf('subscription'),
    clock,
    operationTimeoutMs: 10_000,
    freshness: { seconds: 0, maxAgeSeconds: 0 },
    bodies: { maxBodyBytes: limits.bodyBytes, maxBase64Bytes: 0 },
    corsOrigins: [],
    callbackOrigins: [],
    content: null,
    uploads: null,
    viewer: null,
    logRequest: null,
    compression: false,
    events: null,
    pages: { shown: false, presetHeaders: {} },
    metrics: new GatewayMetrics([]),
    readiness,
    reportInternalError: () => undefined,
    ...options,
  });
  const address = await app.listen({ port: 0, host: '127.0.0.1' });
  let closing: Promise<void> | null = null;
  /** As at SIGTERM. `stopsSource`: whether what is subscribed to hears of it first, as it does in the gateway. */
  const drain = (stopsSource = true) => {
    if (stopsSource) ticks.finish();
    readiness.isDraining = true;
    closing ??= app.close().then(() => apollo.stop());
    return closing;
  };
  onTestFinished(() => drain());
  return { url: `${address}/graphql`, ticks, drain };
}

/** Posts a GraphQL request as a client that accepts this. */
export function post(
  url: string,
  accept: string,
  body: Readonly<Record<string, unknown>>,
  init: RequestInit = {},
): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    body: JSON.stringify(body),
    ...init,
    headers: { 'content-type': 'application/json', accept, ...init.headers },
  });
}
