import type { Types } from '@graphql-codegen/plugin-helpers';

/** schema/*.graphql → resolver types. `npm run check` fails when the output is stale. */
export default {
  schema: 'schema/*.graphql',
  generates: {
    'src/generated/resolvers.ts': {
      plugins: ['typescript', 'typescript-resolvers'],
      config: {
        federation: true,
        contextType: '../graphql/server/context.ts#Context',
        mappers: {
          Patient: '../graphql/nodes/models.ts#PatientModel',
          Visit: '../graphql/nodes/models.ts#VisitModel',
          Media: '../graphql/nodes/models.ts#MediaModel',
          Identifier: '../redox/messages.ts#Identifier as RedoxIdentifier',
          MediaContent: '../graphql/nodes/models.ts#ContentModel',
          MediaConnection: '../graphql/nodes/models.ts#ConnectionModel',
          MediaEdge: '../graphql/nodes/models.ts#EdgeModel',
          Node: '../graphql/nodes/models.ts#NodeModel',
          SaveMediaPayload: '../writes/media-write.ts#AcceptedWrite',
          ReplaceMediaPayload: '../writes/media-write.ts#AcceptedWrite',
          DeleteMediaPayload: '../writes/media-write.ts#AcceptedWrite',
          MediaChange: '../events/changes.ts#MediaChangeEvent',
          Provider: '../events/media-change.ts#Provider as RedoxProvider',
          PageInfo: '../graphql/nodes/models.ts#ConnectionModel',
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
} satisfies Types.Config;
