/** The cost of every view: for each operation its text, its Media Queries, bytes and age, newest first. */
import type { ApolloLink } from '@apollo/client';
import { print } from 'graphql/language/printer';
import { createStore } from '../store.ts';
import { countLoads, type Loads } from './count-loads.ts';

/** The value of `extensions.redox`, if callers may see the schema. */
interface RedoxCost {
  readonly mediaQueries: number;
  readonly bytes: number;
  readonly ageSeconds: number | null;
  readonly queries?: readonly unknown[];
}

export interface OperationView {
  readonly number: number;
  readonly name: string;
  readonly text: string;
  readonly variables: unknown;
  readonly isWrite: boolean;
  /** Null: the gateway does not report it. */
  readonly redox: RedoxCost | null;
  readonly loads: Loads;
}

/** More than people look at. */
const MAX_VIEWS = 20;

export const costs = createStore<readonly OperationView[]>([]);
let count = 0;

interface Result {
  readonly data?: unknown;
  readonly extensions?: Readonly<Record<string, unknown>>;
}

export function noteCost(
  { query, operationName = 'Operation', variables }: ApolloLink.Operation,
  result: Result,
): void {
  const operation = query.definitions.find((one) => one.kind === 'OperationDefinition')?.operation;
  // A subscription costs nothing; the operations that it causes are counted separately.
  if (operation === 'subscription') return;
  const redox = (result.extensions?.['redox'] as RedoxCost | undefined) ?? null;
  const view = {
    number: ++count,
    name: operationName,
    text: print(query),
    variables,
    redox,
    isWrite: operation === 'mutation',
    loads: countLoads(query, result.data),
  };
  costs.set([view, ...costs.get()].slice(0, MAX_VIEWS));
}
