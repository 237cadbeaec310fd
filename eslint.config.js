/** Lint for schema/*.graphql alone, by the rules of GraphQL's and Relay's conventions; Biome does everything else. */
import graphqlEslint from '@graphql-eslint/eslint-plugin';
import { printSchema } from 'graphql';
import { createSchema } from './src/graphql/schema/schema.ts';

const { 'flat/schema-recommended': recommended, 'flat/schema-relay': relay } = graphqlEslint.configs;

export default [
  {
    files: ['schema/*.graphql'],
    languageOptions: {
      parser: graphqlEslint.parser,
      // As the gateway makes it, federation's directives included: the plugin cannot load a subgraph by itself.
      parserOptions: { graphQLConfig: { schema: printSchema(createSchema()) } },
    },
    plugins: { '@graphql-eslint': graphqlEslint },
    rules: {
      ...recommended.rules,
      ...relay.rules,
      // Parts of something that has an id are no nodes of their own: a page, an identifier, and the contents of a document. What
      // happened cannot be fetched again, and a provider is known by an ID of the health system.
      '@graphql-eslint/strict-id-in-types': [
        'error',
        {
          exceptions: {
            types: ['Identifier', 'PageInfo', 'MediaContent', 'MediaChange', 'Provider'],
            suffixes: ['Connection', 'Edge', 'Payload'],
          },
        },
      ],
      // Short lists that come whole are lists: identifiers, visits, destinations, and answers in the order of arguments.
      '@graphql-eslint/relay-edge-types': ['error', { listTypeCanWrapOnlyEdgeType: false }],
    },
  },
  {
    files: ['schema/visit.graphql', 'schema/media-change.graphql'],
    // `visitNumber` is what Redox calls it, wherever it stands; `providerId` is no `id`, by which client caches would keep it.
    rules: { '@graphql-eslint/no-typename-prefix': 'off' },
  },
];
