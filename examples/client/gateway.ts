/** Sends an operation by the hash of its document, and reads the response as the types that were generated for it. */
import type { TypedDocumentString } from './generated/graphql.ts';

/** What the gateway says of an error: enough to decide what to do, nothing about a patient. */
interface GatewayError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: { readonly code: string; readonly retryable?: boolean };
}

export interface GatewayResponse<T> {
  /** Null where the operation failed as a whole; fields that failed by themselves are null in it. */
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
