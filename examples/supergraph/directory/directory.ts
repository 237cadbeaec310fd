/** The second subgraph: names and birth dates, in memory, under the key that it shares with the media subgraph. */
import { readFileSync } from 'node:fs';
import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import { fastify } from 'fastify';
import { GraphQLError, type GraphQLSchema, parse } from 'graphql';
import type { Person, PersonIdentifier } from './people.ts';

/** Enough for a page of results; the media subgraph takes 500 references at once. */
const MAX_FOUND = 100;

/** The key that identifies a Patient in both subgraphs. */
interface PatientKey {
  readonly destination: string;
  readonly identifier: PersonIdentifier;
}

export interface Directory {
  readonly url: string;
  close(): Promise<void>;
}

export function readDirectoryTypeDefs(): string {
  return readFileSync(new URL('schema.graphql', import.meta.url), 'utf8');
}

/** On loopback, on any free port. */
export async function startDirectory(people: readonly Person[]): Promise<Directory> {
  const apollo = new ApolloServer({
    schema: createDirectorySchema(people),
    stopOnTerminationSignals: false,
    includeStacktraceInErrorResponses: false,
    // An APOLLO_KEY in the environment must not make an example report operations.
    plugins: [ApolloServerPluginUsageReportingDisabled(), ApolloServerPluginInlineTraceDisabled()],
  });
  await apollo.start();
  const app = fastify({ forceCloseConnections: true });
  app.route({ method: ['GET', 'POST'], url: '/graphql', handler: fastifyApolloHandler(apollo) });
  const address = await app.listen({ port: 0, host: '127.0.0.1' });
  return {
    url: `${address}/graphql`,
    async close() {
      await app.close();
      await apollo.stop();
    },
  };
}

function createDirectorySchema(people: readonly Person[]): GraphQLSchema {
  const byKey = new Map(
    people.flatMap((person) =>
      person.identifiers.map((identifier) => [
        keyOf({ destination: person.destination, identifier }),
        person,
      ]),
    ),
  );
  const resolvers = {
    Query: {
      directoryPatients: (_: unknown, { nameContains }: { nameContains: string }) =>
        findByName(people, nameContains).map(refer),
    },
    Patient: {
      // A person whom the directory does not know is a Patient without a name, and not an error, so that the other subgraph's
      // fields of the same patient are not affected.
      __resolveReference: (key: PatientKey) => key,
      name: (key: PatientKey) => byKey.get(keyOf(key))?.name,
      birthDate: (key: PatientKey) => byKey.get(keyOf(key))?.birthDate,
    },
  };
  return buildSubgraphSchema([{ typeDefs: parse(readDirectoryTypeDefs()), resolvers }]);
}

function findByName(people: readonly Person[], part: string): readonly Person[] {
  const wanted = part.trim().toLowerCase();
  if (wanted === '') {
    throw new GraphQLError('nameContains must not be blank.', { extensions: { code: 'BAD_USER_INPUT' } });
  }
  return people
    .filter(({ name }) => name.toLowerCase().includes(wanted))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .slice(0, MAX_FOUND);
}

function refer({ destination, identifiers: [identifier], name }: Person): PatientKey {
  if (identifier === undefined) throw new Error(`${name} has no identifier`);
  return { destination, identifier };
}

/** JSON, since any separator may occur in an identifier. */
function keyOf({ destination, identifier: { value, idType } }: PatientKey): string {
  return JSON.stringify([destination, idType, value]);
}
