/**
 * The one place through which every GraphQL error leaves. Errors of our family keep their code and details; GraphQL's own
 * lose whatever quotes the caller's values; all else becomes INTERNAL_SERVER_ERROR with a reference that the log has too.
 */
import { randomUUID } from 'node:crypto';
import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { GatewayError } from '../errors.ts';

/** Apollo's own codes, whose messages name schema elements and protocol mistakes. */
const PROTOCOL_CODES: ReadonlySet<unknown> = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'OPERATION_RESOLUTION_FAILURE',
  'BAD_REQUEST',
]);

export type ReportInternalError = (event: { readonly reference: string; readonly error: unknown }) => void;

export function createErrorMask(
  report: ReportInternalError,
): (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError {
  return (formatted, error) => {
    const { locations, path } = formatted;
    const where = { ...(locations && { locations }), ...(path && { path }) };
    const original = unwrapResolverError(error);
    if (original instanceof GatewayError) {
      return { message: original.message, ...where, extensions: original.extensions };
    }
    const code = formatted.extensions?.['code'];
    if (PROTOCOL_CODES.has(code)) {
      return { message: withoutValues(formatted.message, code), ...where, extensions: { code } };
    }
    // Apollo gives this code to variables that do not fit their types; graphql-js then quotes the value.
    if (code === 'BAD_USER_INPUT' && original instanceof GraphQLError) {
      const badVariable = new GatewayError('BAD_USER_INPUT', {
        ...variableNamedIn(formatted.message),
        problem: 'does not fit its type',
        retryable: false,
      });
      return { message: badVariable.message, ...where, extensions: badVariable.extensions };
    }
    const reference = randomUUID();
    report({ reference, error: original });
    const masked = new GatewayError('INTERNAL_SERVER_ERROR');
    return { message: masked.message, ...where, extensions: { ...masked.extensions, reference } };
  };
}

/** graphql-js ends these messages with the value at fault. */
function withoutValues(message: string, code: unknown): string {
  if (code === 'GRAPHQL_PARSE_FAILED') return 'Syntax Error: the document is not GraphQL at this place.';
  return message
    .replace(
      /(cannot represent (?:a |an )?(?:non-[\w-]+(?: and non-[\w-]+)?|non [\w ]+) value)[\s\S]*$/,
      '$1.',
    )
    .replace(/, found [\s\S]*$/, '.');
}

function variableNamedIn(message: string): { argument?: string } {
  const name = /^Variable "(\$[_A-Za-z][_0-9A-Za-z]*)"/.exec(message)?.[1];
  return name === undefined ? {} : { argument: name };
}
