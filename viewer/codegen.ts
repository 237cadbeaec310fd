import type { ClientPresetConfig } from '@graphql-codegen/client-preset';
import type { Types } from '@graphql-codegen/plugin-helpers';

/** The viewer's operations → typed documents for Apollo Client. `npm run check` fails when the output is stale. */
export default {
  schema: 'schema/*.graphql',
  documents: 'viewer/src/graphql/operations.ts',
  generates: {
    'viewer/src/generated/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false } satisfies ClientPresetConfig,
      config: {
        scalars: { DateTime: 'string', ID: 'string' },
        enumsAsTypes: true,
        useTypeImports: true,
        importExtension: '.ts',
        emitLegacyCommonJSImports: false,
        // Apollo Client adds `__typename` to everything that it sends.
        addTypename: false,
      },
    },
  },
} satisfies Types.Config;
