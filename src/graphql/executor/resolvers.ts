/** The resolvers of a schema as they were made: Apollo Server replaces all of them at the first operation that is traced. */
import { type GraphQLField, type GraphQLSchema, isObjectType } from 'graphql';

type Field = GraphQLField<unknown, unknown>;
export type Resolvers = ReadonlyMap<Field, Field['resolve']>;

/** By field; undefined where the default resolver reads it. */
export function findResolvers(schema: GraphQLSchema): Resolvers {
  const types = Object.values(schema.getTypeMap()).filter(isObjectType);
  const fields = types.flatMap((type): Field[] => Object.values(type.getFields()));
  return new Map(fields.map((field) => [field, field.resolve]));
}
