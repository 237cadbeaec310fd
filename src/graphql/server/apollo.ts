/** Apollo Server as we run it: nothing reported to anyone, nothing traced per resolver, everything masked. */
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { ApolloServerPluginInlineTrace } from '@apollo/server/plugin/inlineTrace';
import { ApolloServerPluginLandingPageLocalDefault } from '@apollo/server/plugin/landingPage/default';
import type { GraphQLSchema } from 'graphql';
import type { GatewayLog } from '../../telemetry/log.ts';
import { stringifyWellFormed } from '../../well-formed-json.ts';
import { EXAMPLE_OPERATIONS } from '../schema/example-operations.ts';
import { auditOperations } from './audit.ts';
import type { Context } from './context.ts';
import { respondWith200InPlainJson } from './json-status.ts';
import { createErrorMask } from './mask-error.ts';
import { measureOperations } from './measure.ts';
import { limitOperations, type OperationLimits } from './operation-limits.ts';
import { type Manifest, usePersistedDocuments } from './persisted-documents.ts';
import { refuseUnknownOperationTypes } from './unknown-operation-types.ts';
import { refuseInexactVariables } from './variable-values.ts';

export interface ApolloOptions {
  readonly schema: GraphQLSchema;
  /** Also shows Apollo Sandbox to browsers. */
  readonly introspection: boolean;
  /** What Apollo Sandbox sends with every operation, unless its user changes it. */
  readonly presetHeaders: Readonly<Record<string, string>>;
  /** Null: any operation may be sent. */
  readonly persistedDocuments: Manifest | null;
  readonly limits: OperationLimits & { readonly tokens: number };
  readonly auditOnFailure: 'refuse' | 'continue';
  readonly log: GatewayLog;
}

export async function startApollo(options: ApolloOptions): Promise<ApolloServer<Context>> {
  const { schema, introspection, persistedDocuments, limits, log } = options;
  const apollo = new ApolloServer<Context>({
    schema,
    introspection,
    // Refused while it is read, in milliseconds.
    parseOptions: { maxTokens: limits.tokens },
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: true,
    stopOnTerminationSignals: false,
    // Settings decide, never NODE_ENV.
    nodeEnv: 'production',
    stringifyResult: stringifyWellFormed,
    formatError: createErrorMask(log.internalError),
    logger: log.apollo,
    plugins: [
      landingPage(options),
      usePersistedDocuments(persistedDocuments, log.unlistedOperation),
      refuseUnknownOperationTypes(),
      limitOperations(limits),
      refuseInexactVariables(),
      auditOperations({ onFailure: options.auditOnFailure, report: log.auditFailed }),
      measureOperations(),
      respondWith200InPlainJson(),
      // Hooks every field, at 1.4 to 1.7 times the cost; the one Cache-Control we send is set by the listener.
      ApolloServerPluginCacheControlDisabled(),
      // An APOLLO_KEY in the environment must not start sending operations, or traces of them, to anyone.
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      // A trace by field, for routers that ask for it by their header; nobody else pays for it.
      ApolloServerPluginInlineTrace({ includeErrors: { masked: true } }),
    ],
  });
  await apollo.start();
  return apollo;
}

function landingPage({ introspection, presetHeaders }: ApolloOptions): ApolloServerPlugin {
  if (!introspection) return ApolloServerPluginLandingPageDisabled();
  return ApolloServerPluginLandingPageLocalDefault({
    // All in one document: the page opens with a single one. A variable of one name has one value in all of them.
    document: EXAMPLE_OPERATIONS.map(({ document }) => document).join('\n'),
    variables: Object.assign({}, ...EXAMPLE_OPERATIONS.map(({ variables }) => variables)),
    embed: {
      runTelemetry: false,
      endpointIsEditable: false,
      // Not `headers`, which would go with this one document only, and not with the query for the schema.
      initialState: { sharedHeaders: { ...presetHeaders } },
    },
    footer: false,
  });
}
