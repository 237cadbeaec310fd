/**
 * An identifier of Redox. Its `ID` is called `value`, since client caches treat a field called `id` as the identity of an object.
 */
import type { IdentifierResolvers } from '../../generated/resolvers.ts';

export const identifier: IdentifierResolvers = {
  value: ({ id }) => id,
};
