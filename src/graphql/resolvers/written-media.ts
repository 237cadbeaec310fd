import type { GraphQLResolveInfo } from 'graphql';
import { createNeed } from '../../media/need.ts';
import { DEFAULT_ORDER, placeInOrder } from '../../media/order.ts';
import type { Context } from '../context.ts';
import { filesAskedBelow } from '../files-asked.ts';
import { mediaFactory } from '../found-media.ts';
import { createPatient, type MediaModel, type WrittenModel } from '../models.ts';

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
    const patients = [createPatient(destination, identifiers)];
    return mediaFactory({ destination, patients, visit: null })(newest.item, newest.twin);
  },
};
