import { badInput } from '../../errors.ts';
import type { ChangeRequest, MediaChangeEvent } from '../../events/changes.ts';
import type { SubscriptionMediaChangedArgs, SubscriptionResolvers } from '../../generated/resolvers.ts';
import { createNeed } from '../../media/model/need.ts';
import { requireScope } from '../../media/model/rights.ts';
import { readPatients, readTexts } from '../inputs/arguments.ts';
import { readDestination } from '../inputs/destinations.ts';
import type { Context } from '../server/context.ts';

export const subscription: SubscriptionResolvers = {
  mediaChanged: {
    subscribe(_, args, context) {
      // A caller who may read nothing must not learn whether there is anything to read.
      requireScope(context.rights, 'media:read');
      const request = readRequest(args, context);
      if (!context.changes) {
        throw badInput('query', 'is a subscription, and this gateway receives no events');
      }
      return context.changes.subscribe(request);
    },

    /**
     * Each event is executed with the event as its root value, and without arguments (see `EventDocuments`). The audit trail
     * records it as a document that was read.
     */
    resolve(event: MediaChangeEvent | undefined, _: unknown, { loader }: Context) {
      if (event === undefined) throw badInput('query', 'is a subscription, whose response is a stream');
      const { destination, identifiers, documentId } = event.change;
      const patients = identifiers.length === 0 ? null : [event.requested ?? identifiers];
      loader.admit(createNeed(destination, { patients }), [{ identifiers, documentId }]);
      return event;
    },
  },
};

function readRequest(
  { filter, destination, after }: Partial<SubscriptionMediaChangedArgs>,
  { destinations }: Pick<Context, 'destinations'>,
): ChangeRequest {
  const alias = readDestination(destination, destinations);
  const patients = filter?.patients && readPatients(filter.patients, alias, 'filter.patients');
  return {
    destination: alias,
    patients: patients?.map(({ identifiers }) => identifiers) ?? null,
    visitNumbers: readTexts(filter?.visitNumbers, 'filter.visitNumbers'),
    documentTypes: readTexts(filter?.documentTypes, 'filter.documentTypes'),
    kinds: filter?.kinds ?? null,
    after: after ?? null,
  };
}
