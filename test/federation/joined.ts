/** A gateway with charts of fifty patients, joined with a directory that knows them by name. */
import type { Person } from '../../examples/supergraph/directory/people.ts';
import { joinSubgraphs } from '../../examples/supergraph/supergraph.ts';
import { type GraphqlAnswer, postOperation, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { chartDocument, identifiersOf, inputOf } from '../support/own-chart.ts';

export const NAMES = Array.from({ length: 50 }, (_, at) => `p${String(at).padStart(2, '0')}`);

/** Two documents each, of two visits; `stranger` is in no directory. */
export const charts = [...NAMES, 'stranger'].flatMap((name) => [
  chartDocument(name, { documentId: `doc-${name}-a`, serviceDateTime: '2026-02-02' }),
  chartDocument(name, {
    documentId: `doc-${name}-b`,
    documentType: 'Consent Form',
    visitNumber: `V2-${name}`,
    serviceDateTime: '2026-02-01',
  }),
]);

export const people = NAMES.map(
  (name): Person => ({
    destination: 'general',
    identifiers: inputOf(identifiersOf(name)),
    name: `Synthetic ${name}`,
    birthDate: '1970-01-01',
  }),
);

/** What the directory says of them. */
export const byName = (name: string) => ({ name: `Synthetic ${name}` });

/** What their chart says, in the default order. */
export const nodesOf = (name: string) => ({
  nodes: [{ documentId: `doc-${name}-a` }, { documentId: `doc-${name}-b` }],
});

/** An answer of the router, and how many Media Queries it took. */
type Counted = GraphqlAnswer<Record<string, unknown>> & { readonly calls: number };

export interface Joined {
  /** The router's. */
  readonly url: string;
  readonly gateway: TestGateway;
  ask(query: string, variables?: Record<string, unknown>): Promise<Counted>;
  close(): Promise<void>;
}

export async function startJoined(): Promise<Joined> {
  const gateway = await startTestGateway({ charts });
  const { url, close } = await joinSubgraphs({ mediaUrl: gateway.url, people });
  return {
    url,
    gateway,
    async ask(query, variables = {}) {
      const before = gateway.redox.callCount;
      const answer = await postOperation<Record<string, unknown>>(url, { query, variables });
      return { ...answer, calls: gateway.redox.callCount - before };
    },
    async close() {
      await close();
      await gateway.close();
    },
  };
}
