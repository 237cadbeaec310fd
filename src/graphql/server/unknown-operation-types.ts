/** graphql-js lets an operation of a type that the schema lacks pass validation, and throws when it executes it. */
import type { ApolloServerPlugin } from '@apollo/server';
import { GraphQLError } from 'graphql';

/** Such an operation is refused as not valid, with HTTP 400, after Apollo has refused those that came by GET. */
export function refuseUnknownOperationTypes(): ApolloServerPlugin {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ operation, schema, response }) {
          if (operation === undefined || schema.getRootType(operation.operation)) return;
          response.http.status = 400;
          throw new GraphQLError(`The schema has no ${operation.operation}.`, {
            nodes: operation,
            extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
          });
        },
      };
    },
  };
}
