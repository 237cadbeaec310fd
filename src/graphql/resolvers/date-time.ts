/** A DateTime stays text; the text of an argument is parsed where the path of the argument is known. */
import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

export const dateTime = new GraphQLScalarType<string, string>({
  name: 'DateTime',
  serialize: readString,
  parseValue: readString,
  parseLiteral(node) {
    if (node.kind === Kind.STRING) return node.value;
    throw new GraphQLError('DateTime must be a string', { nodes: node });
  },
});

function readString(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new GraphQLError('DateTime must be a string');
}
