/** A chart of two patients, and which documents an answer lists. */
import type { TestGateway } from '../support/gateway.ts';
import { chartDocument } from '../support/own-chart.ts';

export const charts = [chartDocument('a', { documentId: 'old' }), chartDocument('b', { documentId: 'of-b' })];

export const OF_B =
  'patient(identifiers: { value: "SYN-b", idType: "MR" }) { media { nodes { documentId } } }';

/** The DocumentIDs in an answer, wherever they stand. */
export const documentsIn = (data: unknown): string[] =>
  [...JSON.stringify(data).matchAll(/"documentId":"([^"]+)"/g)].map(([, id]) => id ?? '').sort();

export const ask = async (gateway: TestGateway, question: string) =>
  documentsIn((await gateway.ask(`{ ${question} }`)).data);
