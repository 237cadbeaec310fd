/** Reads the operations that callers may send from a manifest file, which the build of the clients writes. */
import { hash } from 'node:crypto';
import { z } from 'zod';
import type { Environment } from './environment.ts';
import { Problem } from './problem.ts';
import { GATEWAY } from './settings.ts';
import { readTextFile } from './text-file.ts';

export interface PersistedDocumentsSettings {
  /** With `audit`, operations that are not listed are executed as well, and logged. */
  readonly mode: 'enforce' | 'audit';
  /** Documents by their ids in the manifest, which usually are the SHA-256 of their texts. */
  readonly documents: ReadonlyMap<string, string>;
}

/** The formats of GraphQL Code Generator's client preset (`{ hash: text }`) and of Apollo's generate-persisted-query-manifest. */
const MANIFEST = z.union([
  z
    .object({
      format: z.literal('apollo-persisted-query-manifest'),
      operations: z.array(z.object({ id: z.string(), body: z.string() })),
    })
    .transform(({ operations }) => operations.map(({ id, body }) => [id, body] as const)),
  z.record(z.string(), z.string()).transform((documents) => Object.entries(documents)),
]);

const SHA256 = /^(?:sha256:)?([0-9a-f]{64})$/i;

/** Null: callers may send any operation. Undefined when one of its settings is wrong. */
export async function readPersistedDocuments(
  env: Environment,
): Promise<PersistedDocumentsSettings | null | undefined> {
  const mode = env.read(GATEWAY.persistedDocumentsMode);
  const path = env.read(GATEWAY.persistedDocuments);
  if (path === undefined) return null;
  const content = await readTextFile(path);
  const documents = content instanceof Problem ? content : parseManifest(content);
  if (!(documents instanceof Problem)) return { mode, documents };
  env.refuse(GATEWAY.persistedDocuments, documents.text);
  return undefined;
}

function parseManifest(json: string): ReadonlyMap<string, string> | Problem {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    // The error is dropped, as the message of JSON.parse quotes the file.
  }
  const { success, data: entries = [] } = MANIFEST.safeParse(parsed);
  if (!success || entries.length === 0) {
    return new Problem('must name a manifest of documents: JSON like { "<sha256>": "query …" }');
  }
  const isWrong = ([id, text]: readonly [string, string]) => {
    const digest = SHA256.exec(id)?.[1];
    return digest !== undefined && digest.toLowerCase() !== hash('sha256', text);
  };
  if (entries.some(isWrong))
    return new Problem('names a manifest in which a hash is not that of its document');
  return new Map(entries);
}
