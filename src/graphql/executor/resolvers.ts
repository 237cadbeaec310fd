/** The resolvers of a schema as they were before Apollo Server replaced them, which it does at the first traced operation. */
import { type GraphQLField, type GraphQLSchema, isObjectType } from 'graphql';

type Field = GraphQLField<unknown, unknown>;
export type Resolvers = ReadonlyMap<Field, Field['resolve']>;

/** By field; undefined where the default resolver is used. */
export function findResolvers(schema: GraphQLSchema): Resolvers {
  const types = Object.values(schema.getTypeMap()).filter(isObjectType);
  const fields = types.flatMap((type): Field[] => Object.values(type.getFields()));
  return new Map(fields.map((field) => [field, field.resolve]));
}
