/** A schema of everything that an executor may get wrong: abstract types, lists of lists, chains of non-null fields, odd scalars. */
import {
  buildSchema,
  GraphQLError,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  isScalarType,
} from 'graphql';
import { Dice } from './dice.ts';

const FIELDS = `
  name: String
  nick(suffix: String = "x", times: Int! = 2): String!
  age: Int
  id: ID!
  isOld: Boolean
  ratio: Float
  colour(like: Colour = GREEN): Colour
  odd(of: Odd, shape: Shape): Odd
  oddMust: Odd!
  grid: [[Int!]!]!
  gridMay: [[Int]]
  cube: [[[Odd!]]!]
  words(list: [String!], lists: [[Int!]!]): [String!]
  named: Named
  namedMust: Named!
  person: Person
  personMust(shape: Shape, colours: [Colour!]): Person!
  robot: Robot
  thing: Thing
  things(first: Int!): [Thing!]
  thingsMay: [Thing]!
  thingRows: [[Thing!]!]
  people: [Person!]!
  peopleMay: [Person]
  agedOnes: [Aged]
`;

const TEXT = `
  directive @noted(text: String) repeatable on FIELD | FRAGMENT_SPREAD | INLINE_FRAGMENT | QUERY
  scalar Odd
  enum Colour { RED GREEN BLUE }
  input Shape { side: Int = 3, colours: [Colour!] = [RED], inner: Shape, odd: Odd, must: Int! = 1, name: String }
  interface Named { ${FIELDS} }
  interface Aged implements Named { ${FIELDS} }
  type Person implements Named & Aged { ${FIELDS} }
  type Robot implements Named { ${FIELDS} }
  type Stone { ${FIELDS} }
  union Thing = Person | Robot | Stone
  type Query { ${FIELDS} }
`;

export function createNastySchema(): GraphQLSchema {
  const schema = buildSchema(TEXT);
  for (const type of Object.values(schema.getTypeMap())) {
    if (isScalarType(type) && type.name === 'Odd') {
      type.serialize = serializeOdd;
      type.parseLiteral = (node) => ('value' in node ? { literal: node.value } : { literal: node.kind });
    }
    if (isInterfaceType(type) && type.name === 'Named') type.resolveType = resolveNamed;
    if (isObjectType(type) && ['Robot', 'Stone'].includes(type.name)) {
      type.isTypeOf = (value) => isOf(value, type.name);
    }
  }
  return schema;
}

function serializeOdd(value: unknown): unknown {
  if (typeof value !== 'number') return typeof value === 'string' ? { text: value } : String(value);
  if (value % 11 === 0) throw new GraphQLError('odd', { extensions: { code: 'ODD' } });
  if (value % 13 === 0) return null;
  if (value % 17 === 0) return undefined;
  if (value % 19 === 0) return Promise.resolve(value);
  if (value % 23 === 0) return Promise.reject(new Error('odd promise'));
  return value % 2 === 0 ? [value] : value;
}

/** Mostly what is right; otherwise everything that graphql-js refuses. */
function resolveNamed(value: unknown): string | Promise<string | undefined> | undefined {
  const name = memberOf(value, '__typename');
  const luck = memberOf(value, 'luck');
  const dice = new Dice(typeof luck === 'number' ? luck : 0);
  if (dice.oneIn(12)) throw new Error('no type');
  if (dice.oneIn(12)) return Promise.reject(new Error('no type later'));
  if (dice.oneIn(12)) return dice.pick(['Nowhere', 'Colour', 'Stone', 'Named']);
  const known = typeof name === 'string' ? name : undefined;
  return dice.oneIn(3) ? Promise.resolve(known) : known;
}

function isOf(value: unknown, typeName: string): boolean | Promise<boolean> {
  const luck = memberOf(value, 'luck');
  const dice = new Dice((typeof luck === 'number' ? luck : 0) + typeName.length);
  if (dice.oneIn(15)) throw new Error('cannot tell');
  const holds = memberOf(value, '__typename') === typeName || dice.oneIn(20);
  if (dice.oneIn(15)) return Promise.reject(new Error('cannot tell later'));
  return dice.oneIn(3) ? Promise.resolve(holds) : holds;
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
