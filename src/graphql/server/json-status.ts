/**
 * Sets the status that the draft of GraphQL over HTTP (§6.4.1) requires for plain JSON: a client that accepts application/json
 * but not application/graphql-response+json can trust only the body of a 200, since a proxy may have written any other.
 */
import type { GraphQLError } from 'graphql';
import { GatewayError } from '../../errors.ts';
import { unwrapError } from './mask-error.ts';
import { always, type OperationPlugin } from './operation-plugin.ts';

/**
 * When GraphQL refuses a document or its variables, the status is 200 if Accept names only application/json. It stays 400 for all
 * other clients, for requests without a document, and for operations that the gateway itself refuses as a whole.
 */
export function respondWith200InPlainJson(): OperationPlugin {
  return always({
    willSendResponse({ request, response, source, errors = [] }) {
      const isRefused = response.http.status === 400 && source !== undefined;
      if (!isRefused || errors.some(isOurs)) return;
      if (readsPlainJsonOnly(request.http?.headers.get('accept'))) response.http.status = 200;
    },
  });
}

/** Refusals by the gateway keep their status, including those of the limit that graphql-js checks. */
function isOurs(error: GraphQLError): boolean {
  return unwrapError(error) instanceof GatewayError || error.message.includes('Parsing aborted');
}

/** A client that accepts anything, as curl and fetch do by default, gets the accurate status. */
function readsPlainJsonOnly(accept = ''): boolean {
  return /\bapplication\/json\b/i.test(accept) && !/\bapplication\/graphql-response\+json\b/i.test(accept);
}
