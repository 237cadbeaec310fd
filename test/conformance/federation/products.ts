/**
 * The `products` subgraph of Apollo's compatibility suite: its schema and its reference data, served by the gateway's own
 * set-up (listener, plugins, limits, masking, entities one by one), with nothing else in place of it.
 */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createSystemClock } from '../../../src/clock.ts';
import { parseConfig } from '../../../src/config/config.ts';
import { createSubgraph } from '../../../src/graphql/schema/schema.ts';
import { startApollo } from '../../../src/graphql/server/apollo.ts';
import type { Context } from '../../../src/graphql/server/context.ts';
import { createApp } from '../../../src/http/app.ts';
import { ANONYMOUS } from '../../../src/http/callers/caller.ts';
import { OperationSlices } from '../../../src/operation-slices.ts';
import { createLog } from '../../../src/telemetry/log.ts';
import { GatewayMetrics } from '../../../src/telemetry/metrics.ts';
import { TimeSlices } from '../../../src/time-slices.ts';

const require = createRequire(import.meta.url);
const PACKAGE = '@apollo/federation-subgraph-compatibility-tests';

/** The folder of the suite's compiled parts, with a slash. */
export const SUITE = require.resolve(PACKAGE).replace(/index\.js$/, '');
export const PRODUCTS_SCHEMA = readFileSync(require.resolve(`${PACKAGE}/products.graphql`), 'utf8');

const CREATOR = { email: 'support@apollographql.com', totalProductsCreated: 1337, yearsOfEmployment: 10 };
const RESEARCH = [
  { study: { caseNumber: '1234', description: 'Federation Study' }, outcome: null },
  { study: { caseNumber: '1235', description: 'Studio Study' }, outcome: null },
];
const DIMENSIONS = { size: 'small', weight: 1, unit: 'kg' };
const PRODUCTS = [
  {
    id: 'apollo-federation',
    sku: 'federation',
    package: '@apollo/federation',
    variation: { id: 'OSS' },
    research: RESEARCH.slice(0, 1),
  },
  {
    id: 'apollo-studio',
    sku: 'studio',
    package: '',
    variation: { id: 'platform' },
    research: RESEARCH.slice(1),
  },
].map((product) => ({ ...product, dimensions: DIMENSIONS, createdBy: CREATOR, notes: null }));
const DEPRECATED = [
  {
    sku: 'apollo-federation-v1',
    package: '@apollo/federation-v1',
    reason: 'Migrate to Federation V2',
    createdBy: CREATOR,
  },
];

interface ProductReference {
  readonly id?: string;
  readonly sku?: string;
  readonly package?: string;
  readonly variation?: { readonly id: string };
}

interface UserReference {
  readonly email: string;
  readonly totalProductsCreated?: number;
  readonly yearsOfEmployment?: number;
}

const findDeprecated = (key: { readonly sku: string; readonly package: string }) =>
  DEPRECATED.find((one) => one.sku === key.sku && one.package === key.package) ?? null;

const RESOLVERS = {
  Query: {
    product: (_: unknown, { id }: { id: string }) => PRODUCTS.find((product) => product.id === id) ?? null,
    deprecatedProduct: (_: unknown, key: { sku: string; package: string }) => findDeprecated(key),
  },
  Product: {
    __resolveReference: (of: ProductReference) =>
      PRODUCTS.find(
        ({ id, sku, package: name, variation }) =>
          id === of.id || (sku === of.sku && (name === of.package || variation.id === of.variation?.id)),
      ) ?? null,
  },
  DeprecatedProduct: { __resolveReference: findDeprecated },
  ProductResearch: {
    __resolveReference: (of: { study: { caseNumber: string } }) =>
      RESEARCH.find(({ study }) => study.caseNumber === of.study.caseNumber) ?? null,
  },
  User: {
    __resolveReference: (reference: UserReference) => ({ ...reference, name: 'Jane Smith' }),
    name: () => 'Jane Smith',
    averageProductsCreatedPerYear: ({ totalProductsCreated = 0, yearsOfEmployment = 1 }: UserReference) =>
      Math.round(totalProductsCreated / yearsOfEmployment),
  },
  Inventory: {
    __resolveReference: (reference: { id: string }) => reference,
    deprecatedProducts: () => DEPRECATED,
  },
};

/** On any free port of loopback. */
export async function startProducts() {
  const usesCompiled = process.env['EXECUTOR'] !== 'graphql-js';
  const log = createLog('silent');
  const slices = new TimeSlices(createSystemClock());
  const { limits } = await parseConfig({});
  const schema = createSubgraph(PRODUCTS_SCHEMA, RESOLVERS);
  const apollo = await startApollo({
    schema,
    introspection: true,
    presetHeaders: {},
    persistedDocuments: null,
    limits,
    log,
    slices,
    compiled: usesCompiled ? { fromUse: 1, onDeclined: () => undefined } : null,
  });
  const app = await createApp({
    apollo,
    identifyCaller: async () => ANONYMOUS,
    // What the gateway's own resolvers share is nothing to these.
    ratePerCaller: null,
    createContext: () => ({ slices: new OperationSlices(slices) }) as Context,
    clock: createSystemClock(),
    operationTimeoutMs: 10_000,
    freshness: { seconds: 0, maxAgeSeconds: 0 },
    bodies: { maxBodyBytes: limits.bodyBytes, maxBase64Bytes: 0 },
    corsOrigins: [],
    callbackOrigins: [],
    content: null,
    uploads: null,
    viewer: null,
    logRequest: null,
    compression: false,
    pages: { shown: false, presetHeaders: {} },
    metrics: new GatewayMetrics([]),
    events: null,
    readiness: {
      isDraining: false,
      hasToken: async () => undefined,
      canAudit: async () => true,
      canRecordEvents: () => true,
    },
    reportInternalError: () => undefined,
  });
  const address = await app.listen({ port: 0, host: '127.0.0.1' });
  const close = async () => {
    await app.close();
    await apollo.stop();
  };
  return { url: `${address}/graphql`, close };
}
