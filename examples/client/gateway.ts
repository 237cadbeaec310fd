/** Sends an operation by the hash of its document, and reads the response as the types that were generated for it. */
import type { TypedDocumentString } from './generated/graphql.ts';

/** The part of an error that a client needs to decide what to do; it contains nothing about a patient. */
interface GatewayError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: { readonly code: string; readonly retryable?: boolean };
}

export interface GatewayResponse<T> {
  /** Null if the operation failed as a whole; fields that failed separately are null in it. */
  readonly data: T | null;
  readonly errors: readonly GatewayError[];
}

export async function send<Result, Variables>(
  { url, token }: { readonly url: string; readonly token?: string | undefined },
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
): Promise<GatewayResponse<Result>> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ documentId: document.__meta__?.['hash'], variables }),
  });
  const { data = null, errors = [] } = (await response.json()) as Partial<GatewayResponse<Result>>;
  return { data, errors };
}
