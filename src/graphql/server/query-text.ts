/**
 * A document whose text is too long is refused before it is hashed, looked up or parsed: what is kept of documents keeps their
 * texts, comments included, and no token limit counts comments. A text that a manifest puts into a request is the operator's and has no
 * limit.
 */
import type { GraphQLRequest } from '@apollo/server';
import { badInput } from '../../errors.ts';
import type { OperationPlugin } from './operation-plugin.ts';

/** Takes the place of a refused text, as Apollo Server refuses operations only after it has parsed a document. */
const STAND_IN = '{ __typename }';

/** It comes before the plugins that put texts of a manifest into requests. */
export function limitQueryText(maxBytes: number): OperationPlugin {
  return (request) => {
    if (request.query === undefined || fits(request.query, maxBytes)) return undefined;
    dropText(request);
    return {
      didResolveOperation({ response }) {
        response.http.status = 400;
        throw badInput('query', 'has too many bytes');
      },
    };
  };
}

function fits(text: string, maxBytes: number): boolean {
  if (text.length > maxBytes) return false;
  // A UTF-16 code unit takes at most three bytes of UTF-8, so most texts need not be measured.
  return text.length * 3 <= maxBytes || Buffer.byteLength(text) <= maxBytes;
}

/** With the hash that it was sent with, which is not that of the text that takes its place. */
function dropText(request: GraphQLRequest): void {
  request.query = STAND_IN;
  delete request.extensions;
}
