/**
 * Apollo's federation subgraph compatibility suite (@apollo/federation-subgraph-compatibility-tests): its own tests, run by
 * its own runner, against its `products` subgraph served as the gateway is, beside its other subgraphs, behind a router.
 */
import { composeServices } from '@theguild/federation-composition';
import { parse } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Router, startRouter } from '../../examples/supergraph/router.ts';
import { type Neighbour, startNeighbour } from './federation/neighbours.ts';
import { PRODUCTS_SCHEMA, startProducts } from './federation/products.ts';
import { runSuite } from './federation/suite.ts';

let products: Awaited<ReturnType<typeof startProducts>>;
let neighbours: readonly Neighbour[] = [];
let router: Router;
beforeAll(async () => {
  products = await startProducts();
  neighbours = await Promise.all([startNeighbour('users'), startNeighbour('inventory')]);
  const services = [{ name: 'products', typeDefs: PRODUCTS_SCHEMA, url: products.url }, ...neighbours];
  const composed = composeServices(
    services.map(({ name, typeDefs, url }) => ({ name, url, typeDefs: parse(typeDefs) })),
  );
  if (composed.supergraphSdl === undefined) throw new Error(JSON.stringify(composed.errors));
  router = await startRouter(composed.supergraphSdl, 0);
}, 60_000);
afterAll(async () => {
  await router?.close();
  await Promise.all(neighbours.map((neighbour) => neighbour.close()));
  await products?.close();
});

/** As the suite names what it covers; a newer version with more would show here. */
const COVERED = [
  '@composeDirective',
  '@inaccessible',
  '@interfaceObject',
  '@key composite',
  '@key multiple',
  '@key single',
  '@link',
  '@override',
  '@provides',
  '@requires',
  '@shareable',
  '@tag',
  'ftv1',
  'introspection',
  'repeatable @key',
];

test('all of its tests pass', { timeout: 60_000 }, async () => {
  const { passed, failed } = await runSuite({ products: products.url, router: router.url });
  expect(failed).toEqual([]);
  expect(passed).toHaveLength(23);
  expect(COVERED.filter((name) => !passed.some((test) => test.startsWith(name)))).toEqual([]);
});
