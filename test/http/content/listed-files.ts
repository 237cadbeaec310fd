/** Files of charts as a client lists them, and what their downloads cost. */
import { expect } from 'vitest';
import type { TestGateway } from '../../support/gateway.ts';
import { askWell, chartDocument } from '../../support/own-chart.ts';
import { download, type LinkedFile, sha256Of, someBytes } from './links.ts';

export const fileOf = (seed: number, length = 1000) => someBytes(length, seed).toString('base64');

export const docOf = (name: string, at: number, length?: number) =>
  chartDocument(name, { documentId: `document-${name}-${at}`, fileContents: fileOf(at, length) });

export interface Listed extends LinkedFile {
  readonly documentId: string;
}

/** The files of a patient's chart, or of several, by their list. */
export async function listFiles(gateway: TestGateway, ...names: string[]): Promise<Listed[]> {
  const patients = names.map((name) => ({ identifiers: [{ value: `SYN-${name}`, idType: 'MR' }] }));
  const query = `query ($patients: [PatientInput!]) { mediaSearch(filter: { patients: $patients }, first: 100) {
    nodes { documentId content { url sha256 byteLength } }
  } }`;
  const { mediaSearch } = await askWell<{
    mediaSearch: { nodes: { documentId: string; content: LinkedFile }[] };
  }>(gateway, query, { patients });
  return mediaSearch.nodes.map(({ documentId, content }) => ({ documentId, ...content }));
}

export const linkOf = (files: readonly Listed[], documentId: string) => {
  const file = files.find((one) => one.documentId === documentId);
  if (file === undefined) throw new Error('the document is not listed');
  return file;
};

/** What `count` downloads of the link cost. */
export const callsOf = (gateway: TestGateway, { url, sha256 }: LinkedFile, headers = {}) =>
  gateway.countCalls(async () => {
    const { status, bytes } = await download(url, headers);
    expect([status, sha256Of(bytes)]).toEqual([200, sha256]);
  });
