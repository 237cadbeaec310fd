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
import type { GatewayLog } from '../telemetry/log.ts';
import type { Context } from './context.ts';
import { EXAMPLE_OPERATIONS } from './example-operations.ts';
import { answerPlainJsonWith200 } from './json-status.ts';
import { createErrorMask } from './mask-error.ts';
import { type Manifest, usePersistedDocuments } from './persisted-documents.ts';
import { limitRepresentations } from './representation-limit.ts';
import { refuseUnknownOperationTypes } from './unknown-operation-types.ts';

export interface ApolloOptions {
  readonly schema: GraphQLSchema;
  /** Also shows Apollo Sandbox to browsers. */
  readonly introspection: boolean;
  /** Null: any operation may be sent. */
  readonly persistedDocuments: Manifest | null;
  readonly log: GatewayLog;
}

export async function startApollo({
  schema,
  introspection,
  persistedDocuments,
  log,
}: ApolloOptions): Promise<ApolloServer<Context>> {
  const apollo = new ApolloServer<Context>({
    schema,
    introspection,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: true,
    stopOnTerminationSignals: false,
    // Settings decide, never NODE_ENV.
    nodeEnv: 'production',
    formatError: createErrorMask(log.internalError),
    logger: log.apollo,
    plugins: [
      landingPage(introspection),
      usePersistedDocuments(persistedDocuments, log.unlistedOperation),
      refuseUnknownOperationTypes(),
      limitRepresentations(),
      answerPlainJsonWith200(),
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

function landingPage(shown: boolean): ApolloServerPlugin {
  if (!shown) return ApolloServerPluginLandingPageDisabled();
  const [{ document, variables }] = EXAMPLE_OPERATIONS;
  return ApolloServerPluginLandingPageLocalDefault({
    document,
    variables: { ...variables },
    embed: { runTelemetry: false, endpointIsEditable: false },
    footer: false,
  });
}
