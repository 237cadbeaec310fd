/** A minute with one chart, as a frontend spends it: three pages with links, all their files, jumps in a recording, and polls. */
import { createHash } from 'node:crypto';
import type { ChartDocument } from '../../sandbox/sandbox.ts';
import { chartDocument } from './own-chart.ts';

const DOCUMENTS = 60;
const FILE_BYTES = 200_000;
const PAGES = 3;
const JUMPS = 5;
const POLLS = 10;
/** Browsers open no more connections to one origin, over HTTP/1.1. */
const AT_ONCE = 6;

const PAGE = `query ($first: Int, $after: String) {
  patient(identifiers: { value: "SYN-session", idType: "MR" }) { media(first: $first, after: $after) {
    totalCount pageInfo { endCursor }
    nodes { documentId documentType fileName serviceDateTime content { url sha256 byteLength mediaType } }
  } } }`;
const POLL = `{ patient(identifiers: { value: "SYN-session", idType: "MR" }) {
  media(first: ${DOCUMENTS}) { totalCount asOf nodes { documentId } } } }`;

interface Listed {
  readonly documentId: string;
  readonly content: { readonly url: string; readonly sha256: string };
}

interface Page {
  readonly totalCount: number;
  readonly pageInfo: { readonly endCursor: string };
  readonly nodes: readonly Listed[];
}

const FILES = Array.from({ length: DOCUMENTS }, (_, at) => createFile(at));

/** Bytes that do not repeat, and differ from file to file. */
function createFile(at: number): Buffer {
  const blocks = Array.from({ length: Math.ceil(FILE_BYTES / 64) }, (_, block) =>
    createHash('sha512').update(`${at} ${block}`).digest(),
  );
  return Buffer.concat(blocks).subarray(0, FILE_BYTES);
}

export function createSessionChart(): ChartDocument[] {
  return Array.from({ length: DOCUMENTS }, (_, at) =>
    chartDocument('session', {
      documentId: `doc-${at}`,
      fileType: at === 0 ? 'WAV' : 'JPG',
      fileName: `file-${at}`,
      fileContents: FILES[at]?.toString('base64') ?? '',
      serviceDateTime: new Date(Date.UTC(2026, 0, 1 + at)).toISOString(),
    }),
  );
}

/**
 * `url`: of the GraphQL endpoint; `pass`: called after each step, while time passes. Resolves to how many requests it took, and
 * how many of them had another response than the chart says they must have.
 */
export async function spendSession(url: string, pass: () => Promise<void>) {
  const session = new Session(url);
  await session.spend(pass);
  return { requests: session.requests, wrong: session.wrong };
}

class Session {
  readonly #url: string;
  readonly #shown: Listed[] = [];
  requests = 0;
  wrong = 0;

  constructor(url: string) {
    this.#url = url;
  }

  async spend(pass: () => Promise<void>): Promise<void> {
    let after: string | null = null;
    for (let page = 0; page < PAGES; page += 1) {
      after = await this.#turnPage(page, after);
      await pass();
    }
    this.#check(this.#shown.length === DOCUMENTS);
    // The oldest document is the recording.
    const recording = this.#shown.at(-1);
    for (let jump = 0; jump < JUMPS; jump += 1) await this.#play(recording, (JUMPS - jump) * 33_000);
    await pass();
    const [first] = this.#shown;
    await this.#show(first);
    await this.#revalidate(first);
    for (let poll = 0; poll < POLLS; poll += 1) {
      await this.#poll();
      await pass();
    }
  }

  async #turnPage(page: number, after: string | null): Promise<string> {
    const variables = { first: DOCUMENTS / PAGES, after };
    const { totalCount, nodes, pageInfo } = await this.#ask({ query: PAGE, variables });
    const expected = Array.from(
      { length: DOCUMENTS / PAGES },
      (_, at) => `doc-${DOCUMENTS - 1 - at - (page * DOCUMENTS) / PAGES}`,
    );
    this.#check(totalCount === DOCUMENTS && String(nodes.map(idOf)) === String(expected));
    for (let from = 0; from < nodes.length; from += AT_ONCE) {
      await Promise.all(nodes.slice(from, from + AT_ONCE).map((node) => this.#show(node)));
    }
    this.#shown.push(...nodes);
    return pageInfo.endCursor;
  }

  async #show(node: Listed | undefined): Promise<void> {
    const { status, bytes } = await this.#get(node);
    this.#check(status === 200 && bytes.equals(expectedOf(node)));
  }

  async #play(node: Listed | undefined, start: number): Promise<void> {
    const { status, bytes } = await this.#get(node, { range: `bytes=${start}-` });
    this.#check(status === 206 && bytes.equals(expectedOf(node).subarray(start)));
  }

  async #revalidate(node: Listed | undefined): Promise<void> {
    const { status } = await this.#get(node, { 'if-none-match': `"${node?.content.sha256}"` });
    this.#check(status === 304);
  }

  async #poll(): Promise<void> {
    const { totalCount, nodes } = await this.#ask({ query: POLL }, { 'cache-control': 'max-age=60' });
    this.#check(totalCount === DOCUMENTS && nodes.length === DOCUMENTS);
  }

  async #get(node: Listed | undefined, headers: Record<string, string> = {}) {
    this.requests += 1;
    const response = await fetch(node?.content.url ?? '', { headers });
    return { status: response.status, bytes: Buffer.from(await response.arrayBuffer()) };
  }

  async #ask(body: object, headers: Record<string, string> = {}): Promise<Page> {
    this.requests += 1;
    const response = await fetch(this.#url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    const { data } = (await response.json()) as { data: { patient: { media: Page | null } } };
    if (data.patient.media === null) throw new Error('the list of the session was not answered');
    return data.patient.media;
  }

  #check(isRight: boolean): void {
    if (!isRight) this.wrong += 1;
  }
}

function idOf({ documentId }: Listed): string {
  return documentId;
}

function expectedOf(node: Listed | undefined): Buffer {
  return FILES[Number(node?.documentId.slice('doc-'.length))] ?? Buffer.alloc(0);
}
