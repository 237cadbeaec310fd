/**
 * The status that the draft of GraphQL over HTTP (§6.4.1) asks for in plain JSON: a client that accepts application/json but
 * not application/graphql-response+json can trust no body but that of a 200, since a proxy may have written any other.
 */
import type { GraphQLError } from 'graphql';
import { GatewayError } from '../../errors.ts';
import { unwrapError } from './mask-error.ts';
import { always, type OperationPlugin } from './operation-plugin.ts';

/**
 * When GraphQL refuses a document or its variables, the status is 200 where Accept names application/json alone. It stays 400
 * for all other clients, for requests without a document, and for what the gateway itself refuses as a whole.
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

/** The gateway's own refusals, the limit that graphql-js checks among them, always keep their status. */
function isOurs(error: GraphQLError): boolean {
  return unwrapError(error) instanceof GatewayError || error.message.includes('Parsing aborted');
}

/** A client that accepts anything, as curl and fetch do by default, is served best by the true status. */
function readsPlainJsonOnly(accept = ''): boolean {
  return /\bapplication\/json\b/i.test(accept) && !/\bapplication\/graphql-response\+json\b/i.test(accept);
}
