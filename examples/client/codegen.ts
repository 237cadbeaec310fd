import type { CodegenConfig } from '@graphql-codegen/cli';

/** The client's operations → their types, and the manifest of what it may send. */
const config: CodegenConfig = {
  schema: 'schema/*.graphql',
  documents: 'examples/client/*.ts',
  generates: {
    'examples/client/generated/': {
      preset: 'client',
      presetConfig: {
        fragmentMasking: false,
        persistedDocuments: { hashAlgorithm: 'sha256', mode: 'replaceDocumentWithHash' },
      },
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
};

export default config;
