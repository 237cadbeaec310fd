/**
 * What becomes of files as people have them, seen from outside: their type, the headers of their links, and whether they are
 * accepted as uploads. The table in docs/contents.md is made here: `UPDATE_CORPUS=1 npx vitest run test/files/corpus.test.ts`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestGateway } from '../support/gateway.ts';
import { CORPUS, type Pair } from './corpus.ts';
import { bytesOf, contentOf, linkedCorpus } from './linked-corpus.ts';

const DOCUMENT = new URL('../../docs/contents.md', import.meta.url);
const [BEGIN, END] = ['<!-- corpus: made by test/files/corpus.test.ts -->\n', '<!-- end of corpus -->\n'];

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await linkedCorpus();
});
afterAll(() => gateway.close());

interface Served {
  readonly mediaType: string;
  readonly type: string;
  readonly disposition: string;
  readonly upload: number | null;
}

async function serve({ file, declared }: Pair, at: number): Promise<Served> {
  const content = await contentOf(gateway, at);
  const { headers } = await fetch(content.url, { method: 'HEAD' });
  return {
    mediaType: content.mediaType,
    type: headers.get('content-type') ?? '',
    disposition: headers.get('content-disposition') ?? '',
    upload: declared?.includes('/') ? await upload(bytesOf(file), declared) : null,
  };
}

async function upload(bytes: Buffer, type: string): Promise<number> {
  const body = new Uint8Array(bytes);
  const headers = { 'content-type': type };
  return (await fetch(new URL('/uploads', gateway.url), { method: 'POST', headers, body })).status;
}

function rowOf({ file, declared, opens }: Pair, { mediaType, type, disposition, upload }: Served): string {
  const [, ending = ''] = /2026\.(\w+)"?$/.exec(disposition) ?? [];
  const how = disposition.startsWith('inline') ? '' : ', saved';
  const cells = [
    file,
    declared ?? '–',
    mediaType,
    `${type}${how}`,
    `.${ending}`,
    opens ? 'yes' : 'no',
    upload ?? '',
  ];
  return `| ${cells.join(' | ')} |\n`;
}

test('each file is what it is, and is served as the table of the documentation says', {
  timeout: 60_000,
}, async () => {
  expect(CORPUS.length).toBeGreaterThanOrEqual(60);
  const rows: string[] = [];
  for (const [at, pair] of CORPUS.entries()) rows.push(rowOf(pair, await serve(pair, at)));
  const head =
    '| file | declared | `content.mediaType` | served as | name ends | opens in Chromium | as an upload |\n' +
    '| --- | --- | --- | --- | --- | --- | --- |\n';
  const document = readFileSync(DOCUMENT, 'utf8');
  const [before = '', rest = ''] = document.split(BEGIN);
  const [table = '', after = ''] = rest.split(END);
  const made = `\n${head}${rows.join('')}\n`;
  if (process.env['UPDATE_CORPUS']) writeFileSync(DOCUMENT, [before, BEGIN, made, END, after].join(''));
  else expect(table).toBe(made);
});
