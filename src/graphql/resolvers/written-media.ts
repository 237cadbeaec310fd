import type { GraphQLResolveInfo } from 'graphql';
import { DEFAULT_ORDER, placeInOrder } from '../../documents/order.ts';
import { createNeed } from '../../media/model/need.ts';
import { filesAskedBelow } from '../inputs/files-asked.ts';
import { mediaFactory, originAt } from '../nodes/found-media.ts';
import { createPatient, type MediaModel, type WrittenModel } from '../nodes/models.ts';
import type { Context } from '../server/context.ts';

/** The payload of any mutation. */
export const writtenMedia = {
  accepted: () => true,

  /** As it is now; of several versions the newest. */
  async media(
    { destination, identifiers, documentId }: WrittenModel,
    _: unknown,
    { loader, answer }: Context,
    info: GraphQLResolveInfo,
  ): Promise<MediaModel | null> {
    const lists = { patients: [identifiers], documentIds: [documentId] };
    const items = await loader.load(
      createNeed(destination, lists, filesAskedBelow(info, answer.mostBase64Bytes)),
    );
    const [newest] = placeInOrder(items, DEFAULT_ORDER);
    if (newest === undefined) return null;
    const asked = [createPatient(destination, identifiers)];
    return mediaFactory(originAt(destination, { asked }))(newest.item, newest.ordinal);
  },
};
