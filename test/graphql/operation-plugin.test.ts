/** The gateway's plugins are one for Apollo Server, and all take part in every operation, also in those that one of them refuses. */
import { ApolloServer } from '@apollo/server';
import { GraphQLError } from 'graphql';
import { expect, test } from 'vitest';
import type { Context } from '../../src/graphql/server/context.ts';
import { always, asOnePlugin, type OperationPlugin } from '../../src/graphql/server/operation-plugin.ts';

const seen: string[] = [];

function recorder(name: string): OperationPlugin {
  const note = (hook: string) => {
    seen.push(`${name} ${hook}`);
    return undefined;
  };
  return always({
    didParse: () => note('didParse'),
    didResolveOperation: () => note('didResolveOperation'),
    didEncounterErrors: () => note('didEncounterErrors'),
    responseForOperation: () => note('responseForOperation'),
    willSendResponse: () => note('willSendResponse'),
  });
}

function refuser(message: string): OperationPlugin {
  return always({
    didResolveOperation() {
      throw new GraphQLError(message);
    },
  });
}

async function run(plugins: readonly OperationPlugin[], query = '{ one }'): Promise<string[]> {
  seen.length = 0;
  const server = new ApolloServer<Context>({
    typeDefs: 'type Query { one: Int }',
    resolvers: { Query: { one: () => 1 } },
    plugins: [asOnePlugin(plugins)],
  });
  const { body } = await server.executeOperation({ query });
  await server.stop();
  return body.kind === 'single' ? (body.singleResult.errors ?? []).map(({ message }) => message) : [];
}

test('each hook of all of them, in their order', async () => {
  expect(await run([recorder('a'), recorder('b')])).toEqual([]);
  const hooks = ['didParse', 'didResolveOperation', 'responseForOperation', 'willSendResponse'];
  expect(seen).toEqual(hooks.flatMap((hook) => [`a ${hook}`, `b ${hook}`]));
});

test('one that refuses an operation keeps it from none of the others, and its own error is the response', async () => {
  expect(await run([refuser('first'), recorder('a'), refuser('second')])).toEqual(['first']);
  expect(seen).toEqual(['a didParse', 'a didResolveOperation', 'a didEncounterErrors', 'a willSendResponse']);
});

test('a document that cannot be parsed is none', async () => {
  expect(await run([recorder('a')], '{')).toHaveLength(1);
  expect(seen).toEqual(['a didEncounterErrors', 'a willSendResponse']);
});

test('one may take part in some requests only', async () => {
  const plugin: OperationPlugin = ({ query }) =>
    query === '{ one }' ? undefined : recorder('a')({ query: '' });
  await run([plugin]);
  expect(seen).toEqual([]);
  await run([plugin], '{ two: one }');
  expect(seen).toContain('a didResolveOperation');
});

test('one that answers in place of the schema is asked, and nothing is executed', async () => {
  const answer = always({
    responseForOperation: async ({ response: { http } }) => ({
      http,
      body: { kind: 'single', singleResult: { errors: [{ message: 'in place' }] } },
    }),
  });
  expect(await run([recorder('a'), answer, recorder('b')])).toEqual(['in place']);
  expect(seen).toContain('a responseForOperation');
  expect(seen).not.toContain('b responseForOperation');
});
