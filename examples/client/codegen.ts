import type { ClientPresetConfig } from '@graphql-codegen/client-preset';
import type { Types } from '@graphql-codegen/plugin-helpers';

/** The client's operations → their types, and the manifest of what it may send. */
export default {
  schema: 'schema/*.graphql',
  documents: 'examples/client/*.ts',
  generates: {
    'examples/client/generated/': {
      preset: 'client',
      presetConfig: {
        fragmentMasking: false,
        persistedDocuments: { hashAlgorithm: 'sha256', mode: 'replaceDocumentWithHash' },
      } satisfies ClientPresetConfig,
      config: {
        documentMode: 'string',
        scalars: { DateTime: 'string' },
        enumsAsTypes: true,
        useTypeImports: true,
        importExtension: '.ts',
        emitLegacyCommonJSImports: false,
      },
    },
  },
} satisfies Types.Config;
