/**
 * Refuses a document whose text is too long before it is hashed, looked up or parsed: stored documents keep their texts,
 * including comments, which no token limit counts. A text that the manifest puts into a request is the operator's, and is not
 * limited.
 */
import type { GraphQLRequest } from '@apollo/server';
import { badInput } from '../../errors.ts';
import type { OperationPlugin } from './operation-plugin.ts';

/** Replaces a refused text, as Apollo Server refuses an operation only after it has parsed a document. */
const STAND_IN = '{ __typename }';

/** It must run before the plugins that put texts of the manifest into requests. */
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

/** Together with its hash, which is not that of the text that replaces it. */
function dropText(request: GraphQLRequest): void {
  request.query = STAND_IN;
  delete request.extensions;
}
