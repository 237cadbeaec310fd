/** The subgraph composes with another one, by Apollo's own composer. */
import { composeServices } from '@apollo/composition';
import { checkComposition, servicesOf } from '../federation/composition-checks.ts';

checkComposition((media, directory) => {
  const { errors = [], supergraphSdl = '', schema } = composeServices(servicesOf(media, directory));
  return {
    errors: errors.map(({ message }) => message),
    supergraph: supergraphSdl,
    api: schema?.toAPISchema().toGraphQLJSSchema() ?? null,
  };
});
