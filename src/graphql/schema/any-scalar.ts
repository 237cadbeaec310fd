/** `_Any`, the type of the representations of entities: integers that are written in a document stay exact. */
import { type GraphQLSchema, Kind, type ValueNode, valueFromASTUntyped } from 'graphql';

/** An integer literal of a document, of any length, as it is written, since it may be an ID. */
export class IntegerLiteral {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Changes the schema in place. */
export function keepIntegersOfAny(schema: GraphQLSchema): void {
  const any = schema.getType('_Any');
  // isScalarType would not recognise it: @apollo/subgraph has loaded graphql a second time, as a CommonJS module.
  if (any === undefined || !('parseLiteral' in any)) throw new Error('the schema has no _Any');
  any.parseLiteral = readLiteral;
}

function readLiteral(node: ValueNode, variables?: Readonly<Record<string, unknown>> | null): unknown {
  if (node.kind === Kind.INT) return new IntegerLiteral(node.value);
  if (node.kind === Kind.LIST) return node.values.map((value) => readLiteral(value, variables));
  if (node.kind !== Kind.OBJECT) return valueFromASTUntyped(node, variables);
  const members = node.fields.map(({ name, value }) => [name.value, readLiteral(value, variables)]);
  return Object.fromEntries(members);
}
