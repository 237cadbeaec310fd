/** An identifier of Redox. Its `ID` is called `value`, since client caches take a field called `id` for an identity. */
import type { IdentifierResolvers } from '../../generated/resolvers.ts';

export const identifier: IdentifierResolvers = {
  value: ({ id }) => id,
};
