/** Makes one executable Federation 2 subgraph of schema/*.graphql and the resolvers. */
import { readdirSync, readFileSync } from 'node:fs';
import { buildSubgraphSchema, type GraphQLSchemaModule } from '@apollo/subgraph';
import { type GraphQLSchema, parse } from 'graphql';
import { resolvers } from '../resolvers/index.ts';
import { separateEntities } from './entities.ts';

const SCHEMA_FOLDER = new URL('../../../schema/', import.meta.url);

/** The text of all files, in the order of their names. */
export function readTypeDefs(): string {
  const files = readdirSync(SCHEMA_FOLDER).filter((file) => file.endsWith('.graphql'));
  return files
    .sort()
    .map((file) => readFileSync(new URL(file, SCHEMA_FOLDER), 'utf8'))
    .join('\n');
}

export function createSchema(): GraphQLSchema {
  return createSubgraph(readTypeDefs(), resolvers);
}

/** Any subgraph whose entities are resolved as this gateway's are. */
export function createSubgraph(
  typeDefs: string,
  resolversOfTypes: GraphQLSchemaModule['resolvers'],
): GraphQLSchema {
  const module = { typeDefs: parse(typeDefs), ...(resolversOfTypes && { resolvers: resolversOfTypes }) };
  return separateEntities(buildSubgraphSchema([module]));
}
