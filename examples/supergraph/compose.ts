/** Composes the schemas and URLs of both subgraphs to the supergraph that a router reads. */
import { assertCompositionSuccess, composeServices } from '@theguild/federation-composition';
import { parse } from 'graphql';
import { readTypeDefs } from '../../src/graphql/schema/schema.ts';
import { readDirectoryTypeDefs } from './directory/directory.ts';

/** @throws when the two do not compose */
export function composeSupergraph(urls: { readonly media: string; readonly directory: string }): string {
  const result = composeServices([
    { name: 'media', typeDefs: parse(readTypeDefs()), url: urls.media },
    { name: 'directory', typeDefs: parse(readDirectoryTypeDefs()), url: urls.directory },
  ]);
  assertCompositionSuccess(result);
  return result.supergraphSdl;
}
