/**
 * Operations that are named instead of sent: by `documentId` (the persisted documents of GraphQL over HTTP) and by the hash of
 * Apollo's automatic persisted queries. The documents of a manifest are known by both; in mode `enforce` no others run.
 *
 * Apollo Server calls its plugins first and reads the request afterwards, so this plugin puts a document into the request, or
 * takes its text out, before anything is parsed.
 */
import { hash } from 'node:crypto';
import type { GraphQLRequest } from '@apollo/server';
import type { OperationPlugin } from './operation-plugin.ts';

export interface Manifest {
  readonly mode: 'enforce' | 'audit';
  /** By the ids that clients send. */
  readonly documents: ReadonlyMap<string, string>;
}

/** `digest`: the SHA-256 of a document that is not in the manifest. */
export type ReportUnlisted = (event: { readonly digest: string }) => void;

export function usePersistedDocuments(
  manifest: Manifest | null,
  reportUnlisted: ReportUnlisted,
): OperationPlugin {
  const byHash = new Map(
    [...(manifest?.documents.values() ?? [])].map((text) => [hash('sha256', text), text] as const),
  );
  // A document is known by its id in the manifest, and by its hash with and without the name of the algorithm.
  const byId = new Map([...byHash, ...(manifest?.documents ?? [])]);
  const isEnforced = manifest?.mode === 'enforce';

  /** True when the text was removed from the request because it is not in the manifest. */
  function refuseUnlisted(request: GraphQLRequest): boolean {
    if (manifest === null || !request.query) return false;
    const digest = hash('sha256', request.query);
    if (byHash.has(digest)) return false;
    reportUnlisted({ digest });
    if (isEnforced) askByHash(request, digest);
    return isEnforced;
  }

  return (request) => {
    const documentId = readDocumentId(request);
    if (documentId !== undefined) putDocument(request, documentId, byId);
    else putHashed(request, byHash);
    if (!refuseUnlisted(request)) return undefined;
    return {
      willSendResponse({ response }) {
        response.http.status = 400;
      },
    };
  };
}

/** Undefined when it is absent or null; otherwise whatever the client sent. */
function readDocumentId({ http }: GraphQLRequest): unknown {
  if (http === undefined) return undefined;
  if (http.method === 'GET') {
    const ids = new URLSearchParams(http.search).getAll('documentId');
    return ids.length > 1 ? ids : ids[0];
  }
  const body: unknown = http.body;
  const isObject = typeof body === 'object' && body !== null && Object.hasOwn(body, 'documentId');
  return isObject && 'documentId' in body ? (body.documentId ?? undefined) : undefined;
}

function putDocument(request: GraphQLRequest, id: unknown, byId: ReadonlyMap<string, string>): void {
  const isAlone = !request.query && !request.extensions?.['persistedQuery'];
  // Apollo Server responds with BAD_REQUEST when there is no document at all.
  if (typeof id !== 'string' || !isAlone) {
    takeOut(request);
    return;
  }
  const digest = id.replace(/^sha256:/, '');
  const text = byId.get(id) ?? byId.get(digest);
  if (text !== undefined) request.query = text;
  else askByHash(request, digest);
}

function putHashed(request: GraphQLRequest, byHash: ReadonlyMap<string, string>): void {
  const persisted: unknown = request.extensions?.['persistedQuery'];
  if (request.query || typeof persisted !== 'object' || persisted === null) return;
  const digest: unknown = 'sha256Hash' in persisted ? persisted.sha256Hash : undefined;
  const text = typeof digest === 'string' ? byHash.get(digest) : undefined;
  if (text !== undefined) request.query = text;
}

/** Apollo Server then finds the document that was sent earlier with this hash, or responds with PERSISTED_QUERY_NOT_FOUND. */
function askByHash(request: GraphQLRequest, digest: string): void {
  delete request.query;
  request.extensions = { ...request.extensions, persistedQuery: { version: 1, sha256Hash: digest } };
}

function takeOut(request: GraphQLRequest): void {
  delete request.query;
  delete request.extensions;
}
