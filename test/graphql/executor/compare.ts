/** Executes an operation by graphql-js and as it was compiled, over the same data, and tells all that can be seen of it. */
import { type DocumentNode, type ExecutionResult, execute, type GraphQLSchema } from 'graphql';
import type { Executor } from '../../../src/graphql/executor/executor.ts';
import type { Trial } from './random-values.ts';

export type TrialOptions = Pick<Trial, 'seed' | 'faultOnceIn' | 'isAsync'>;

export interface Seen {
  readonly isPromise: boolean;
  /** With the order of members, and with what JSON would not tell. */
  readonly data: string;
  readonly errors: readonly string[] | undefined;
  readonly members: readonly string[];
  /** What resolvers were called with, in their order. */
  readonly calls: readonly string[];
  readonly nodeLists: number;
}

export async function seeGraphqlJs(
  schema: GraphQLSchema,
  document: DocumentNode,
  variableValues: Record<string, unknown>,
  options: TrialOptions,
): Promise<Seen> {
  return see(options, (contextValue) =>
    execute({ schema, document, variableValues, contextValue, rootValue: { luck: 1 } }),
  );
}

export async function seeCompiled(
  executor: Executor,
  document: DocumentNode,
  variableValues: Record<string, unknown>,
  options: TrialOptions,
): Promise<Seen> {
  return see(options, (contextValue) =>
    executor({ document, variableValues, contextValue, rootValue: { luck: 1 } }),
  );
}

async function see(
  options: TrialOptions,
  run: (trial: Trial) => ExecutionResult | Promise<ExecutionResult>,
): Promise<Seen> {
  const trial: Trial = { ...options, calls: [], nodeLists: new Set() };
  const running = run(trial);
  const result = await running;
  // Fields beside one that has failed go on after the response; all that they wait for are ticks.
  await new Promise(setImmediate);
  return {
    isPromise: running instanceof Promise,
    data: JSON.stringify(result.data, (_, value: unknown) => tellApart(value)) ?? 'undefined',
    errors: result.errors?.map(tellError),
    members: Object.keys(result),
    calls: trial.calls,
    nodeLists: trial.nodeLists.size,
  };
}

function tellApart(value: unknown): unknown {
  if (value === undefined) return '(undefined)';
  if (typeof value === 'number' && !Number.isFinite(value)) return `(${value})`;
  return typeof value === 'object' ||
    typeof value === 'number' ||
    typeof value === 'string' ||
    typeof value === 'boolean'
    ? value
    : `(${typeof value})`;
}

function tellError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message, name } = error;
  const members = Object.fromEntries(
    ['path', 'locations', 'extensions', 'positions'].map((member) => [member, Reflect.get(error, member)]),
  );
  const original: unknown = Reflect.get(error, 'originalError');
  return JSON.stringify({
    name,
    message,
    ...members,
    original: original instanceof Error ? [original.name, original.message] : original,
  });
}
