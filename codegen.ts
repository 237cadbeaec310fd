import type { CodegenConfig } from '@graphql-codegen/cli';

/** schema/*.graphql → resolver types. `npm run check` fails when the output is stale. */
const config: CodegenConfig = {
  schema: 'schema/*.graphql',
  generates: {
    'src/generated/resolvers.ts': {
      plugins: ['typescript', 'typescript-resolvers'],
      config: {
        federation: true,
        contextType: '../graphql/context.ts#Context',
        mappers: {
          Patient: '../graphql/models.ts#PatientModel',
          Visit: '../graphql/models.ts#VisitModel',
          Media: '../graphql/models.ts#MediaModel',
          MediaContent: '../graphql/models.ts#ContentModel',
          MediaConnection: '../graphql/models.ts#ConnectionModel',
          MediaEdge: '../graphql/models.ts#EdgeModel',
          Node: '../graphql/models.ts#NodeModel',
          SaveMediaPayload: '../graphql/models.ts#WrittenModel',
          ReplaceMediaPayload: '../graphql/models.ts#WrittenModel',
          DeleteMediaPayload: '../graphql/models.ts#WrittenModel',
          PageInfo: '../graphql/models.ts#ConnectionModel',
        },
        scalars: {
          ID: { input: 'string', output: 'string' },
          DateTime: { input: 'string', output: 'string' },
          _FieldSet: 'string',
        },
        enumType: 'string-literal',
        enumsAsTypes: true,
        useTypeImports: true,
        strictScalars: true,
        importExtension: '.ts',
        emitLegacyCommonJSImports: false,
        inputMaybeValue: 'T | null | undefined',
        makeResolverTypeCallable: false,
      },
    },
  },
};

export default config;
