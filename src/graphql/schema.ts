/** schema/*.graphql and the resolvers, as one executable Federation 2 subgraph. */
import { readdirSync, readFileSync } from 'node:fs';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type GraphQLSchema, parse } from 'graphql';
import { separateEntities } from './entities.ts';
import { resolvers } from './resolvers/index.ts';

const SCHEMA_FOLDER = new URL('../../schema/', import.meta.url);

/** The schema's text, files in order of name. */
export function readTypeDefs(): string {
  const files = readdirSync(SCHEMA_FOLDER).filter((file) => file.endsWith('.graphql'));
  return files
    .sort()
    .map((file) => readFileSync(new URL(file, SCHEMA_FOLDER), 'utf8'))
    .join('\n');
}

export function createSchema(): GraphQLSchema {
  return separateEntities(buildSubgraphSchema([{ typeDefs: parse(readTypeDefs()), resolvers }]));
}
