/**
 * The status that GraphQL over HTTP (its draft, §6.4.1) asks for in plain JSON: a client that reads application/json but not
 * application/graphql-response+json can trust no body but that of a 200, since a proxy may have written any other.
 */
import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphQLError } from 'graphql';
import { GatewayError } from '../../errors.ts';
import { unwrapError } from './mask-error.ts';

/**
 * A document or variables that GraphQL refuses are answered with 200 where Accept names application/json alone.
 * Everybody else keeps 400; so do requests that are none (no document), and what the gateway itself refuses as a whole.
 */
export function respondWith200InPlainJson(): ApolloServerPlugin {
  return {
    async requestDidStart() {
      return {
        async willSendResponse({ request, response, source, errors = [] }) {
          const isRefused = response.http.status === 400 && source !== undefined;
          if (!isRefused || errors.some(isOurs)) return;
          if (readsPlainJsonOnly(request.http?.headers.get('accept'))) response.http.status = 200;
        },
      };
    },
  };
}

/** Our limits, that of graphql-js among them: who asks too much is told so by the status too. */
function isOurs(error: GraphQLError): boolean {
  return unwrapError(error) instanceof GatewayError || error.message.includes('Parsing aborted');
}

/** By name: whoever takes anything, as curl and fetch do when not told, is served best by a telling status. */
function readsPlainJsonOnly(accept = ''): boolean {
  return /\bapplication\/json\b/i.test(accept) && !/\bapplication\/graphql-response\+json\b/i.test(accept);
}
