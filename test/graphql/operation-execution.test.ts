/** Compiled operations: callers cannot tell their answers from those of graphql-js. */
import { ApolloServer } from '@apollo/server';
import { buildSchema, execute } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GatewayError } from '../../src/errors.ts';
import type { Executor } from '../../src/graphql/executor/executor.ts';
import type { Context } from '../../src/graphql/server/context.ts';
import type { ErrorMask } from '../../src/graphql/server/mask-error.ts';
import { executeBy } from '../../src/graphql/server/operation-execution.ts';
import { asOnePlugin } from '../../src/graphql/server/operation-plugin.ts';
import { post } from '../http/servers.ts';
import { patientQuery } from '../resilience/operations.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { chartDocument } from '../support/own-chart.ts';
import { readMetrics } from '../support/read-metrics.ts';

const CHARTS = ['a', 'b'].map((name) => chartDocument(name, { documentId: `${name}-1` }));
const SETTINGS = { INTROSPECTION: 'true' };

let compiled: TestGateway;
let interpreted: TestGateway;
beforeAll(async () => {
  compiled = await startTestGateway({ charts: CHARTS }, { ...SETTINGS, EXECUTOR: 'compiled' });
  interpreted = await startTestGateway({ charts: CHARTS }, { ...SETTINGS, EXECUTOR: 'graphql-js' });
});
afterAll(async () => {
  await compiled.close();
  await interpreted.close();
});

const TRACED = { 'apollo-federation-include-trace': 'ftv1' };

/** The answers to the same request, sent three times to each gateway, without what counts calls. */
async function answersOf(body: unknown, headers: Record<string, string> = {}) {
  const answer = async ({ url }: TestGateway) => {
    const response = await post(url, body, headers);
    const { extensions: _, ...rest } = (await response.json()) as Record<string, unknown>;
    return JSON.stringify([response.status, rest]);
  };
  const all = [];
  for (const gateway of [interpreted, compiled]) for (const _ of 'xxx') all.push(await answer(gateway));
  return [...new Set(all)];
}

describe('a request has one answer with either executor', () => {
  test.each<[string, unknown]>([
    ['of data', { query: patientQuery('a') }],
    ['of the schema', { query: '{ __schema { types { name fields { name type { name } } } } }' }],
    [
      'of entities, one of them unknown',
      {
        query:
          'query ($r: [_Any!]!) { _entities(representations: $r) { __typename ... on Media { documentId } } }',
        variables: {
          r: [
            { __typename: 'Media', destination: 'general', documentId: 'a-1' },
            { __typename: 'Nothing' },
            { __typename: 'Media', destination: 'general', documentId: 'none' },
          ],
        },
      },
    ],
    [
      'of an error of a variable',
      { query: 'query ($d: ID!) { media(documentId: $d) { documentId } }', variables: {} },
    ],
    [
      'of a variable with a default',
      {
        query: 'query ($x: Boolean! = false) { destinations { id @skip(if: $x) __typename } }',
        variables: {},
      },
    ],
    ['of an unknown operation', { query: 'query A { __typename }', operationName: 'B' }],
    [
      'of a mutation that is refused',
      { query: 'mutation { deleteMedia(input: { documentId: "none" }) { accepted } }' },
    ],
    ['of a malformed document', { query: '{ patient' }],
  ])('%s', async (_, body) => {
    expect(await answersOf(body)).toHaveLength(1);
  });

  test('with a trace, if a router asks for one, before and after other requests', async () => {
    const query = patientQuery('b');
    const traces = [];
    for (const headers of [{}, TRACED, {}, TRACED]) {
      const response = await post(compiled.url, { query }, headers);
      const { data, extensions } = (await response.json()) as {
        data: unknown;
        extensions: { ftv1?: string };
      };
      expect(JSON.stringify(data)).toContain('b-1');
      traces.push(extensions.ftv1 !== undefined);
    }
    expect(traces).toEqual([false, true, false, true]);
  });
});

test('a document that is too large to be compiled is answered, and counted', async () => {
  const NAME = 'operations_not_compiled_total{reason="too-large"}';
  const below = `${'{ kind name ofType '.repeat(40)}{ name }${' }'.repeat(40)}`;
  const roots = Array.from({ length: 20 }, (_, at) => `a${at}: __type(name: "Query") { ...T }`);
  const query = `{ ${roots.join(' ')} } fragment T on __Type ${below}`;
  expect((await readMetrics(compiled.url)).get(NAME)).toBeUndefined();
  const [answer, ...others] = await answersOf({ query });
  expect(answer).toContain('"a19":{"kind":"OBJECT","name":"Query","ofType":null}');
  expect(others).toEqual([]);
  expect((await readMetrics(compiled.url)).get(NAME)).toBe(1);
});

/** What Apollo Server hands to its gateway, V8 keeps until a major collection: with every operation, that was most of the heap. */
describe('Apollo Server is handed what fails as a whole, and each operation is executed once', () => {
  const schema = buildSchema(
    'type Query { fine(of: Int): Int, faulty: Int } type Mutation { write: Int, faulty: Int }',
  );
  const rootValue = { fine: () => 1, write: () => 1, faulty: () => Promise.reject(new Error('a fault')) };
  const context = { request: {}, contextValue: {} as Context };

  async function runOperation(query: string, executor: Executor, mask: ErrorMask) {
    const counts = { executed: 0, handed: 0 };
    const { plugin, gateway } = executeBy(
      (request) => {
        counts.executed += 1;
        return executor(request);
      },
      schema,
      mask,
    );
    const counted: typeof gateway = {
      ...gateway,
      load: async (options) => {
        const loaded = await gateway.load(options);
        return {
          executor: async (operation) => {
            counts.handed += 1;
            return (await loaded.executor?.(operation)) ?? {};
          },
        };
      },
    };
    const server = new ApolloServer<Context>({ gateway: counted, plugins: [asOnePlugin([plugin])] });
    const { body } = await server.executeOperation({ query }, context);
    await server.stop();
    const result = body.kind === 'single' ? body.singleResult : {};
    return { ...counts, data: result.data, messages: result.errors?.map(({ message }) => message) };
  }
  const byGraphql: Executor = (request) => execute({ schema, rootValue, ...request });
  const asItIs: ErrorMask = (formatted) => formatted;
  const runs = (query: string, executor = byGraphql, mask = asItIs) => runOperation(query, executor, mask);

  test.each(['{ fine }', 'mutation { write }'])('%s', async (query) => {
    expect(await runs(query)).toMatchObject({ executed: 1, handed: 0, messages: undefined });
  });

  test.each([
    ['{ fine faulty }', { fine: 1, faulty: null }],
    ['mutation { write faulty }', { write: 1, faulty: null }],
  ])('%s', async (query, data) => {
    expect(await runs(query)).toEqual({ executed: 1, handed: 0, data, messages: ['a fault'] });
  });

  test('an error that cannot be masked', async () => {
    const mask = () => fail();
    expect(await runs('mutation { write faulty }', byGraphql, mask)).toEqual({
      executed: 1,
      handed: 0,
      data: { write: 1, faulty: null },
      messages: [new GatewayError('INTERNAL_SERVER_ERROR').message],
    });
  });

  test('a variable that is missing', async () => {
    const { data, ...counts } = await runs('query ($of: Int!) { fine(of: $of) }');
    expect(data).toBeUndefined();
    expect(counts).toMatchObject({ executed: 1, handed: 1, messages: [expect.stringContaining('"$of"')] });
  });

  test.each<[string, Executor]>([
    ['throws', () => fail()],
    ['rejects', async () => fail()],
  ])('an executor that %s', async (_, executor) => {
    expect(await runs('{ fine }', executor)).toMatchObject({
      executed: 1,
      handed: 1,
      messages: ['no result'],
    });
  });

  function fail(): never {
    throw new Error('no result');
  }
});
