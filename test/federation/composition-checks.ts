/** What must be so of the subgraph composed with another one, whichever composer does it. */
import { type GraphQLSchema, parse } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readTypeDefs } from '../../src/graphql/schema/schema.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';

/** Who the patients are: what another team's subgraph may look like. */
const DIRECTORY = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])

  type Query { patientNamed(name: String!): Patient }

  type Patient @key(fields: "destination identifier { value idType }") {
    destination: ID!
    identifier: Identifier!
    name: String
  }

  type Identifier @shareable { value: ID! idType: String! }
`;

interface Composed {
  readonly errors: readonly string[];
  readonly supergraph: string;
  /** What callers of a router see. */
  readonly api: GraphQLSchema | null;
}

export type Composer = (media: string, directory: string) => Composed;

export const servicesOf = (media: string, directory: string) => [
  { name: 'media', url: 'http://media.example/graphql', typeDefs: parse(media) },
  { name: 'directory', url: 'http://directory.example/graphql', typeDefs: parse(directory) },
];

function fieldsOf(schema: GraphQLSchema | null, name: string): string[] {
  const type = schema?.getType(name);
  // Not by isObjectType: the composer's graphql-js is another instance of it than vitest's.
  return type && 'getFields' in type ? Object.keys(type.getFields()).sort() : [];
}

export function checkComposition(compose: Composer): void {
  let gateway: TestGateway;
  let served = '';
  beforeAll(async () => {
    gateway = await startTestGateway({ charts: [] });
    const { data } = await gateway.ask<{ _service: { sdl: string } }>('{ _service { sdl } }');
    served = data?._service.sdl ?? '';
  });
  afterAll(() => gateway.close());

  const SOURCES: [string, () => string][] = [
    ['as the gateway serves it', () => served],
    ['as it is written', () => readTypeDefs()],
  ];

  test.each(SOURCES)('composes the subgraph %s with another', (_, sdl) => {
    const { errors, supergraph, api } = compose(sdl(), DIRECTORY);
    expect(errors).toEqual([]);
    expect(supergraph).toContain('join__Graph');
    expect(fieldsOf(api, 'Patient')).toEqual([
      'destination',
      'id',
      'identifier',
      'identifiers',
      'media',
      'name',
      'visit',
      'visits',
    ]);
  });

  test.each(SOURCES)('hides node and nodes of the subgraph %s from callers of the supergraph', (_, sdl) => {
    const { supergraph, api } = compose(sdl(), DIRECTORY);
    expect(fieldsOf(api, 'Query')).toEqual([
      'destinations',
      'media',
      'mediaSearch',
      'patient',
      'patientNamed',
      'patients',
      'visit',
    ]);
    expect(supergraph).toMatch(/\bnode\([^)]*\): Node\b[^\n]*@inaccessible/);
  });

  test('finds what does not compose', () => {
    const { errors } = compose(served, DIRECTORY.replace('    name: String\n', '    visits: [String]\n'));
    expect(errors.join()).toContain('Patient.visits');
  });
}
