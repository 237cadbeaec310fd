import type { GraphQLResolveInfo } from 'graphql';
import { GatewayError } from '../../errors.ts';
import type { MediaResolvers } from '../../generated/resolvers.ts';
import { requireScope } from '../../media/model/rights.ts';
import { type OpenedMedia, readMediaReference } from '../inputs/references.ts';
import { isCoveredByItself } from '../nodes/admit-reference.ts';
import { findMediaByDocumentId, findMediaByReference } from '../nodes/find-media.ts';
import type { MediaModel } from '../nodes/models.ts';
import { sealId } from '../nodes/node-id.ts';
import { findSelectedMediaFields } from '../schema/entities.ts';
import type { Context } from '../server/context.ts';

/** Fields that a reference contains itself, and that cost no call. They do not show whether the document exists. */
const KNOWN_BY_DOCUMENT_ID: ReadonlySet<string> = new Set(['__typename', 'destination', 'documentId']);
const KNOWN_BY_ID = KNOWN_BY_DOCUMENT_ID.union(new Set(['id']));

export const media: MediaResolvers = {
  __resolveReference(representation, context, info) {
    const { __typename } = representation;
    const requested = findSelectedMediaFields(info);
    const read = readMediaReference(representation, context);
    if (read.kind === 'MediaKey') {
      const { destination, documentId } = read;
      const isKnown = requested.isSubsetOf(KNOWN_BY_DOCUMENT_ID);
      return isKnown ? { __typename, destination, documentId } : findMediaByDocumentId(context, info, read);
    }
    const { id, reference } = read;
    if (!isCoveredByItself(reference, context.rights)) return findMediaOfOpened(context, info, read);
    read.compareKeys();
    const { destination, documentId } = reference;
    return requested.isSubsetOf(KNOWN_BY_ID)
      ? { __typename, id, destination, documentId }
      : findMediaByReference(context, info, reference);
  },

  id: (parent, _, { ids }) => parent.id ?? sealId(parent, ids),
  documentType: ({ item }) => item.documentType,
  documentDescription: ({ item }) => item.documentDescription,
  fileType: ({ item }) => item.fileType,
  fileName: ({ item }) => item.fileName,
  creationDateTime: ({ item }) => item.creationDateTime,
  serviceDateTime: ({ item }) => item.serviceDateTime,

  content(media, _, { rights }) {
    requireScope(rights, 'content:read');
    const { contents } = media.item;
    if (contents.kind !== 'inline') return null;
    const { file } = contents;
    if (file === 'undecodable') throw new GatewayError('CONTENT_UNDECODABLE');
    if (file === 'skipped') throw new GatewayError('INTERNAL_SERVER_ERROR');
    return { media, file };
  },

  contentReference: ({ item: { contents } }) => (contents.kind === 'reference' ? contents.uri : null),
};

/** Only a caller who may know the document learns that a key contradicts its id. */
async function findMediaOfOpened(
  context: Context,
  info: GraphQLResolveInfo,
  { reference, compareKeys }: OpenedMedia,
): Promise<MediaModel | null> {
  const found = await findMediaByReference(context, info, reference);
  if (found !== null) compareKeys();
  return found;
}
