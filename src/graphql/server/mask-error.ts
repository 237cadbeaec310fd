/**
 * All GraphQL errors pass through here before they are sent. A GatewayError keeps its code and details; GraphQL's own errors lose
 * the parts that quote values of the client; every other error becomes INTERNAL_SERVER_ERROR with a reference that is also in the
 * log.
 */
import { randomUUID } from 'node:crypto';
import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { GatewayError } from '../../errors.ts';
import { VALUE_PROBLEMS } from './stricter-validation.ts';

/** Apollo's own codes, whose messages name elements of the schema and mistakes in the protocol. */
const PROTOCOL_CODES: ReadonlySet<unknown> = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'OPERATION_RESOLUTION_FAILURE',
  'BAD_REQUEST',
]);

/** Mistakes of clients to which Apollo Server assigns no code. */
const UNCODED_MISTAKES: ReadonlySet<string> = new Set([
  'Unsupported persisted query version',
  'provided sha does not match query',
]);

export type ReportInternalError = (event: { readonly reference: string; readonly error: unknown }) => void;

/** What Apollo Server calls `formatError`. */
export type ErrorMask = (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;

/**
 * Masks an error that does not pass through Apollo Server. As there, an error that cannot be masked is replaced by one without
 * any details.
 */
export function maskOne(error: unknown, mask: ErrorMask): GraphQLFormattedError {
  try {
    return mask(error instanceof GraphQLError ? error.toJSON() : { message: '' }, error);
  } catch {
    const { message, extensions } = new GatewayError('INTERNAL_SERVER_ERROR');
    return { message, extensions };
  }
}

export function createErrorMask(report: ReportInternalError): ErrorMask {
  return (formatted, error) => {
    const { locations, path } = formatted;
    const where = { ...(locations && { locations }), ...(path && { path }) };
    const original = unwrapError(error);
    if (original instanceof GatewayError) {
      return { message: original.message, ...where, extensions: original.extensions };
    }
    const isUncoded = UNCODED_MISTAKES.has(formatted.message);
    const code = isUncoded ? 'BAD_REQUEST' : formatted.extensions?.['code'];
    if (PROTOCOL_CODES.has(code)) {
      return { message: withoutValues(formatted.message, code), ...where, extensions: { code } };
    }
    if (isOfGraphql(original) && isMisfit(formatted.message)) {
      const misfit = new GatewayError('BAD_USER_INPUT', {
        ...argumentNamedIn(formatted.message),
        problem: problemNamedIn(formatted.message),
      });
      return { message: misfit.message, ...where, extensions: misfit.extensions };
    }
    const reference = randomUUID();
    report({ reference, error: original });
    const masked = new GatewayError('INTERNAL_SERVER_ERROR');
    return { message: masked.message, ...where, extensions: { ...masked.extensions, reference } };
  };
}

/** Apollo unwraps only errors of resolvers; those of plugins are wrapped too, but have no path. */
export function unwrapError(error: unknown): unknown {
  const inner = error instanceof Error && 'originalError' in error ? error.originalError : undefined;
  return inner instanceof GatewayError ? inner : unwrapResolverError(error);
}

/**
 * Compared by name: the package may be loaded twice, as an ES module and as a CommonJS module, and Apollo renames some errors.
 */
function isOfGraphql(error: unknown): boolean {
  return error instanceof Error && ['GraphQLError', 'UserInputError'].includes(error.name);
}

/** Names of the schema and of the document are kept, since they help; the values that graphql-js quotes are removed. */
function withoutValues(message: string, code: unknown): string {
  if (code === 'GRAPHQL_PARSE_FAILED') return syntaxErrorOf(message);
  if (code === 'OPERATION_RESOLUTION_FAILURE') {
    return 'The document has no single operation of the requested name.';
  }
  return message
    .replace(/ cannot represent [\s\S]*$/, ' cannot represent this value.')
    .replace(/^Value "[\s\S]*" does not exist in /, 'This value does not exist in ')
    .replace(/, found [\s\S]*$/, '.');
}

/** A document beyond LIMIT_TOKENS may be valid GraphQL: graphql-js stopped parsing it. */
function syntaxErrorOf(message: string): string {
  return message.startsWith('Syntax Error: Document contains more ')
    ? 'Syntax Error: the document has too many tokens.'
    : 'Syntax Error: the document is not GraphQL at this place.';
}

/**
 * True for a variable, or an argument that contains a variable, whose value does not match its type: graphql-js quotes the value,
 * and Apollo assigns a code only to some of these errors.
 */
function isMisfit(message: string): boolean {
  return /^(?:Variable "|Argument "|Too many errors processing variables)/.test(message);
}

function problemNamedIn(message: string): string {
  return Object.values(VALUE_PROBLEMS).find((one) => message.endsWith(one)) ?? 'does not fit its type';
}

function argumentNamedIn(message: string): { argument?: string } {
  const argument = /^\w+ "(\$?[_A-Za-z][_0-9A-Za-z]*)"/.exec(message)?.[1];
  return argument === undefined ? {} : { argument };
}
