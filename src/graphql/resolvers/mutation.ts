import type { MutationResolvers } from '../../generated/resolvers.ts';
import { readWrite } from '../inputs/write-input.ts';

export const mutation: MutationResolvers = {
  saveMedia: (_, { input }, { writer, destinations }) => writer.write(readWrite('New', input, destinations)),
  replaceMedia: (_, { input }, { writer, destinations }) =>
    writer.write(readWrite('Replace', input, destinations)),
  deleteMedia: (_, { input }, { writer, destinations }) =>
    writer.write(readWrite('Delete', input, destinations)),
};
