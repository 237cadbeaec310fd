/** Apollo Server as this gateway uses it: it reports to no service, traces no resolver, and masks every error. */
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
import type { TimeSlices } from '../../time-slices.ts';
import { EXAMPLE_OPERATIONS } from '../schema/example-operations.ts';
import { auditOperations } from './audit.ts';
import type { Context } from './context.ts';
import { createDocumentStore, createTextStore } from './document-store.ts';
import { respondWith200InPlainJson } from './json-status.ts';
import { openSubscriptions, type ResultWriting } from './live-subscriptions.ts';
import { createErrorMask } from './mask-error.ts';
import { measureOperations } from './measure.ts';
import { asksForTrace, type CompiledExecution, createExecutor, executeBy } from './operation-execution.ts';
import { limitOperations, type OperationLimits } from './operation-limits.ts';
import { asOnePlugin, type OperationPlugin } from './operation-plugin.ts';
import { type Manifest, usePersistedDocuments } from './persisted-documents.ts';
import { limitQueryText } from './query-text.ts';
import { refuseTooLarge } from './refuse-too-large.ts';
import { reportCost } from './report-cost.ts';
import { responseWriter } from './response-json.ts';
import {
  refuseConditionalSubscriptions,
  refuseInexactVariables,
  refuseUnknownOperationTypes,
} from './stricter-validation.ts';

export interface ApolloOptions {
  readonly schema: GraphQLSchema;
  /** Whether browsers also see Apollo Sandbox. */
  readonly introspection: boolean;
  /** Headers that Apollo Sandbox sends with every operation, unless its user changes them. */
  readonly presetHeaders: Readonly<Record<string, string>>;
  /** Null: clients may send any operation. */
  readonly persistedDocuments: Manifest | null;
  readonly limits: OperationLimits & { readonly tokens: number; readonly queryBytes: number };
  readonly log: GatewayLog;
  readonly slices: TimeSlices;
  /** Null: graphql-js executes all operations. */
  readonly compiled: CompiledExecution | null;
}

export async function startApollo(options: ApolloOptions): Promise<ApolloServer<Context>> {
  const { schema, introspection, limits, log, slices, compiled } = options;
  const mask = createErrorMask(log.internalError);
  const stringify = responseWriter(slices);
  const executor = createExecutor(schema, compiled);
  const execution = executeBy(executor, schema, mask);
  const apollo = new ApolloServer<Context>({
    gateway: execution.gateway,
    introspection,
    // Longer documents are refused while they are parsed, within milliseconds.
    parseOptions: { maxTokens: limits.tokens },
    documentStore: createDocumentStore(),
    // Holds the texts of automatic persisted queries.
    cache: createTextStore(),
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: true,
    stopOnTerminationSignals: false,
    // The gateway's settings decide, never NODE_ENV.
    nodeEnv: 'production',
    stringifyResult: stringify,
    formatError: mask,
    logger: log.apollo,
    plugins: [
      landingPage(options),
      asOnePlugin([
        ...operationPlugins(options, { mask, stringify, showsCost: introspection, executor }),
        execution.plugin,
      ]),
      // That plugin would hook into every field, at 1.4 to 1.7 times the cost; the listener sets the one Cache-Control header.
      ApolloServerPluginCacheControlDisabled(),
      // An APOLLO_KEY in the environment must not make Apollo Server send operations, or traces of them, to Apollo.
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      traceForRouters(),
    ],
  });
  await apollo.start();
  return apollo;
}

function operationPlugins(
  { introspection, persistedDocuments, limits, log }: ApolloOptions,
  writing: ResultWriting,
): OperationPlugin[] {
  return [
    // With `enforce`, all documents that are executed are the operator's.
    ...(persistedDocuments?.mode === 'enforce' ? [] : [limitQueryText(limits.queryBytes)]),
    usePersistedDocuments(persistedDocuments, log.unlistedOperation),
    refuseUnknownOperationTypes(),
    refuseConditionalSubscriptions(),
    limitOperations(limits),
    refuseInexactVariables(),
    refuseTooLarge(),
    openSubscriptions(writing),
    auditOperations(),
    measureOperations(persistedDocuments),
    reportCost({ showsCost: introspection }),
    respondWith200InPlainJson(),
  ];
}

/** Routers request a trace of every field by a header; only their operations pay for it, and for the start of tracing. */
function traceForRouters(): ApolloServerPlugin {
  const plugin = ApolloServerPluginInlineTrace({ includeErrors: { masked: true } });
  return {
    ...plugin,
    async requestDidStart(context) {
      return asksForTrace(context.request.http?.headers) ? plugin.requestDidStart?.(context) : undefined;
    },
  };
}

function landingPage({ introspection, presetHeaders }: ApolloOptions): ApolloServerPlugin {
  if (!introspection) return ApolloServerPluginLandingPageDisabled();
  return ApolloServerPluginLandingPageLocalDefault({
    // The page opens with one document, so it contains all examples; a variable has the same value in all of them.
    document: EXAMPLE_OPERATIONS.map(({ document }) => document).join('\n'),
    variables: Object.assign({}, ...EXAMPLE_OPERATIONS.map(({ variables }) => variables)),
    embed: {
      runTelemetry: false,
      endpointIsEditable: false,
      // `headers` would be sent with this document only, and not with the introspection query.
      initialState: { sharedHeaders: { ...presetHeaders } },
    },
    footer: false,
  });
}
