import { GatewayError } from '../../errors.ts';
import type { MediaResolvers } from '../../generated/resolvers.ts';
import { decodeContents } from '../../redox/contents.ts';
import { readDestination, readText } from '../arguments.ts';
import { badInput } from '../bad-input.ts';
import { findMediaByDocumentId, findMediaByReference } from '../find-media.ts';
import { sealId } from '../node-id.ts';
import { openReference } from './node.ts';

export const media: MediaResolvers = {
  __resolveReference(reference, context) {
    if ('id' in reference) {
      const node = openReference(reference.id, 'representations.id', context);
      if (node.kind !== 'MediaReference') throw badInput('representations.id', 'is not an id of a Media');
      return findMediaByReference(node, context);
    }
    const destination = readDestination(reference.destination, context.destinations);
    const documentId = readText(reference.documentId ?? '', 'representations.documentId');
    return findMediaByDocumentId(destination, documentId, context);
  },

  id: (parent, _, { ids }) => sealId(parent, ids),
  documentId: ({ item }) => item.documentId,
  documentType: ({ item }) => item.documentType,
  documentDescription: ({ item }) => item.documentDescription,
  fileType: ({ item }) => item.fileType,
  fileName: ({ item }) => item.fileName,
  creationDateTime: ({ item }) => item.creationDateTime,
  serviceDateTime: ({ item }) => item.serviceDateTime,

  content({ item: { contents, fileType } }) {
    if (contents.kind !== 'inline') return null;
    const bytes = decodeContents(contents.text);
    if (bytes === null) throw new GatewayError('CONTENT_UNDECODABLE', { retryable: false });
    return { bytes, fileType };
  },

  contentReference: ({ item: { contents } }) => (contents.kind === 'reference' ? contents.uri : null),
};
