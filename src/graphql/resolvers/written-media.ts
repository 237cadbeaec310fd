import type { GraphQLResolveInfo } from 'graphql';
import type { AcceptedWrite } from '../../writes/media-write.ts';
import { mediaFactory, originAt } from '../nodes/found-media.ts';
import { loadMedia } from '../nodes/load-media.ts';
import { createPatient, type MediaModel } from '../nodes/models.ts';
import { findNewestVersion } from '../nodes/newest-version.ts';
import type { Context } from '../server/context.ts';

/** The resolvers of every mutation's payload. */
export const writtenMedia = {
  accepted: () => true,

  /** The document as it is now; of several versions, the newest. */
  async media(
    { destination, identifiers, documentId }: AcceptedWrite,
    _: unknown,
    context: Context,
    info: GraphQLResolveInfo,
  ): Promise<MediaModel | null> {
    const lists = { destination, patients: [identifiers], documentIds: [documentId] };
    const items = await loadMedia(context, info, lists);
    const newest = findNewestVersion(items, documentId);
    if (newest === undefined) return null;
    const requested = [createPatient(destination, identifiers)];
    return mediaFactory(originAt(destination, { requested }))(newest.item, newest.ordinal);
  },
};
