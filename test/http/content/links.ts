/** Links as a caller gets them, and what they lead to. */
import { hash } from 'node:crypto';
import { request } from 'node:http';
import type { TestGateway } from '../../support/gateway.ts';
import { askWell } from '../../support/own-chart.ts';

export interface LinkedFile {
  readonly url: string;
  readonly sha256: string;
  readonly byteLength: number;
}

/** The link to the file of a document; `args` are those of the field, in brackets. */
export async function linkTo(gateway: TestGateway, documentId: string, args = ''): Promise<LinkedFile> {
  const query = `query ($id: ID!) { media(documentId: $id) { content { url${args} sha256 byteLength } } }`;
  const { media } = await askWell<{ media: { content: LinkedFile } }>(gateway, query, { id: documentId });
  return media.content;
}

export async function download(url: string, headers: Record<string, string> = {}, method = 'GET') {
  const response = await fetch(url, { method, headers });
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, headers: response.headers, bytes };
}

export function sha256Of(bytes: Buffer): string {
  return hash('sha256', bytes);
}

/** Bytes that do not repeat. */
export function someBytes(length: number, seed = 3): Buffer {
  const bytes = Buffer.alloc(length);
  let state = Math.imul(seed, 2_654_435_761);
  for (let at = 0; at < length; at += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

/** Asks for a file and takes nothing of it until told to. */
export async function downloadSlowly(url: string) {
  const { promise: answered, resolve, reject } = Promise.withResolvers<import('node:http').IncomingMessage>();
  const sent = request(url, { agent: false }, (response) => {
    response.on('error', () => undefined);
    resolve(response.pause());
  }).on('error', reject);
  sent.end();
  const response = await answered;
  const closed = new Promise<void>((end) => response.once('close', end));
  return { response, closed, leave: () => sent.destroy() };
}
