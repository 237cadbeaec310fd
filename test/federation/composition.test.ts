/** The subgraph composes with another one, by the composer that Hive and Cosmo use. Apollo's: test/conformance. */
import { composeServices, transformSupergraphToPublicSchema } from '@theguild/federation-composition';
import { buildASTSchema, parse } from 'graphql';
import { checkComposition, servicesOf } from './composition-checks.ts';

checkComposition((media, directory) => {
  const { errors = [], supergraphSdl = '' } = composeServices(servicesOf(media, directory));
  const publicSdl = supergraphSdl && transformSupergraphToPublicSchema(parse(supergraphSdl));
  return {
    errors: errors.map(({ message }) => message),
    supergraph: supergraphSdl,
    api: publicSdl === '' ? null : buildASTSchema(publicSdl),
  };
});
