/** A gateway and a Redox of a test's own, both real servers on loopback, joined by nothing but HTTP. */

import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/sandbox.ts';
import { type Clock, createSystemClock } from '../../src/clock.ts';
import { parseConfig } from '../../src/config/config.ts';
import { startGateway } from '../../src/gateway.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { plantCanaries, watchAnswers, watchedLog } from './canaries.ts';
import { timeOf } from './core.ts';
import { settingsFor } from './settings.ts';

export interface GraphqlError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly locations?: readonly { readonly line: number; readonly column: number }[];
  readonly extensions: Readonly<Record<string, unknown>> & { readonly code: string };
}

export interface GraphqlAnswer<T> {
  readonly status: number;
  readonly data: T | null | undefined;
  readonly errors: readonly GraphqlError[];
}

export interface TestGateway extends AsyncDisposable {
  /** Of the GraphQL endpoint. */
  readonly url: string;
  readonly redox: Sandbox;
  /** Sends one operation and reads the answer. `T` is what the test expects of `data`; nothing checks it. */
  ask<T = Record<string, unknown>>(
    query: string,
    variables?: Record<string, unknown>,
    headers?: Record<string, string>,
  ): Promise<GraphqlAnswer<T>>;
  /** Media Query calls that `work` causes, all destinations together. */
  countCalls(work: () => Promise<unknown>): Promise<number>;
  close(): Promise<void>;
}

type Settings = Readonly<Record<string, string>>;

/** `settings` are environment variables beside those that lead to the test's own Redox; `clock` is both programs'. */
export async function startTestGateway(
  options: SandboxOptions = {},
  settings: Settings | ((redox: Sandbox) => Settings) = {},
  clock: Clock = createSystemClock(),
): Promise<TestGateway> {
  const redox = await startSandbox({ ...timeOf(clock), ...options });
  const own = typeof settings === 'function' ? settings(redox) : settings;
  const parsed = await parseConfig({ ...settingsFor(redox), LOG_LEVEL: 'trace', ...own });
  // Most tests send a document once.
  const config = { ...parsed, executor: { ...parsed.executor, fromUse: 1 } } as const;
  const gateway = await startGateway(config, clock, createLog(config.logLevel, watchedLog));
  plantCanaries(redox.charts);
  const unwatch = watchAnswers(gateway.url);
  const close = async () => {
    await gateway.close();
    unwatch();
    await redox.close();
  };
  return {
    url: gateway.url,
    redox,
    ask: (query, variables, headers) => postOperation(gateway.url, { query, variables }, headers),
    async countCalls(work) {
      const before = redox.callCount;
      await work();
      return redox.callCount - before;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

export async function postOperation<T>(
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<GraphqlAnswer<T>> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const { data, errors = [] } = (await response.json()) as {
    data?: T | null;
    errors?: readonly GraphqlError[];
  };
  return { status: response.status, data, errors };
}
