/**
 * graphql-js alone under node:http: documents parsed and validated once, then `execute`. BENCH_RESOLVERS=own uses the
 * gateway's resolvers over a plain DataLoader; otherwise items are fetched and grouped by hand, for this one operation.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type DocumentNode, execute, type GraphQLSchema, parse, validate } from 'graphql';
import { createSchema, readTypeDefs } from '../../src/graphql/schema/schema.ts';
import { announce } from '../child-messages.ts';
import { createHandGroupedPatients } from './hand-grouped.ts';
import { batchByPatient, contextFactory } from './plain-loaders.ts';
import { connectToRedox } from './redox.ts';

const ask = await connectToRedox(process.env);
const usesOwnResolvers = process.env['BENCH_RESOLVERS'] === 'own';
const schema = usesOwnResolvers ? createSchema() : buildBareSchema();
const createContext = contextFactory((schedule) => batchByPatient(ask, schedule));
const documents = new Map<string, DocumentNode>();

function buildBareSchema(): GraphQLSchema {
  const resolvers = { Query: { patients: createHandGroupedPatients(ask) } };
  return buildSubgraphSchema([{ typeDefs: parse(readTypeDefs()), resolvers }]);
}

function readDocument(query: string): DocumentNode {
  let document = documents.get(query);
  if (document === undefined) {
    document = parse(query);
    if (validate(schema, document).length > 0) throw new Error('the operation does not fit the schema');
    documents.set(query, document);
  }
  return document;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const server = createServer(async (request, response) => {
  const { query, variables } = JSON.parse(await readBody(request));
  const contextValue = usesOwnResolvers ? createContext() : undefined;
  const result = await execute({
    schema,
    document: readDocument(query),
    variableValues: variables,
    contextValue,
  });
  const body = Buffer.from(JSON.stringify(result));
  response
    .writeHead(200, { 'content-type': 'application/json', 'content-length': body.byteLength })
    .end(body);
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  announce({ url: `http://127.0.0.1:${port}/graphql` });
});
