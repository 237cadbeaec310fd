/**
 * The same schema and resolvers on stock Apollo Server 5, as its documentation starts one, with a plain DataLoader.
 * BENCH_LOADER=per-field: without batching.
 */
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { createSchema } from '../../src/graphql/schema/schema.ts';
import type { Context } from '../../src/graphql/server/context.ts';
import { announce } from '../child-messages.ts';
import { askPerField, batchByPatient, contextFactory } from './plain-loaders.ts';
import { connectToRedox } from './redox.ts';

const ask = await connectToRedox(process.env);
const createLoader = process.env['BENCH_LOADER'] === 'per-field' ? askPerField : batchByPatient;
const createContext = contextFactory((schedule) => createLoader(ask, schedule));
const server = new ApolloServer<Context>({ schema: createSchema() });
const { url } = await startStandaloneServer(server, {
  listen: { host: '127.0.0.1', port: 0 },
  context: async () => createContext(),
});
announce({ url: new URL('/graphql', url).href });
