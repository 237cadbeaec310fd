/**
 * Converts a request to /graphql for Apollo Server: it drops empty parameters, and turns a number that would be rounded into one
 * that is not an integer.
 */
import { HeaderMap, type HTTPGraphQLRequest } from '@apollo/server';
import type { FastifyRequest } from 'fastify';
import { denotesInteger, parseExactly } from '../exact-json.ts';
import { isEncodedUtf8 } from './readable-url.ts';

/** Parameters that are dropped when they are empty, as forms and some clients send them. */
const OPTIONAL = ['operationName', 'variables', 'extensions', 'documentId'];

/** Replaces a number that would become an integer by rounding: neither ID nor Int accepts it. */
const NOT_AN_INTEGER = 0.5;

/** Null when the URL is not percent-encoded UTF-8, so that its parameters cannot be read. */
export function readGraphqlRequest({
  method,
  url,
  headers,
  body,
}: FastifyRequest): HTTPGraphQLRequest | null {
  const search = method === 'GET' ? readSearch(url) : '';
  if (search === null) return null;
  return { method, headers: headerMapOf(headers), search, body: withoutEmptyName(body) };
}

/** Parses JSON that a caller sent. @throws when it is not JSON. */
export function parseCallersJson(json: string): unknown {
  return parseExactly(json, (value, source) =>
    Number.isSafeInteger(value) && !denotesInteger(source, value) ? NOT_AN_INTEGER : value,
  );
}

function readSearch(url: string): string | null {
  const from = url.indexOf('?');
  const search = from < 0 ? '' : url.slice(from);
  if (!isEncodedUtf8(search)) return null;
  const parameters = new URLSearchParams(search);
  for (const name of OPTIONAL) {
    if (parameters.getAll(name).every((value) => value === '')) parameters.delete(name);
  }
  const [variables, ...others] = parameters.getAll('variables');
  if (variables !== undefined && others.length === 0)
    parameters.set('variables', withExactNumbers(variables));
  return `?${parameters}`;
}

function withExactNumbers(variables: string): string {
  try {
    return JSON.stringify(parseCallersJson(variables));
  } catch {
    // Apollo Server reports what is wrong with it.
    return variables;
  }
}

function withoutEmptyName(body: unknown): unknown {
  const isEmpty =
    typeof body === 'object' && body !== null && 'operationName' in body && body.operationName === '';
  return isEmpty ? { ...body, operationName: null } : body;
}

function headerMapOf(headers: FastifyRequest['headers']): HeaderMap {
  const map = new HeaderMap();
  for (const [name, value] of Object.entries(headers)) {
    if (value) map.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return map;
}
