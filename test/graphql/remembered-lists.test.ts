/** However a list is reached, its further pages come from the answer of its first one, and a cursor leads nowhere else. */
import { expect, test } from 'vitest';
import { download, sha256Of } from '../http/content/links.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { askWell, byRecordNumber, chartDocument } from '../support/own-chart.ts';

const charts = ['a', 'b'].flatMap((name) =>
  Array.from({ length: 5 }, (_, at) =>
    chartDocument(name, {
      documentId: `doc-${name}-${at}`,
      fileContents: Buffer.from(`file ${at} of ${name}`).toString('base64'),
      serviceDateTime: `2026-01-${10 + at}`,
    }),
  ),
);
const A = byRecordNumber('a');
const PAGE = 'nodes { documentId } pageInfo { endCursor }';
const MEDIA = `media(first: 2, after: AFTER) { ${PAGE} }`;
const IDENTIFIERS = '[{ value: "SYN-a", idType: "MR" }]';
const REFERENCE =
  '{ __typename: "Patient", destination: "general", identifier: { value: "SYN-a", idType: "MR" } }';

/** Each names what it selects `list`, or is what it is reached through. */
const LISTS: readonly (readonly [string, string])[] = [
  ['a patient', `patient(identifiers: ${IDENTIFIERS}) { list: ${MEDIA} }`],
  ['patients', `patients(patients: [{ identifiers: ${IDENTIFIERS} }]) { list: ${MEDIA} }`],
  ['a visit', `visit(visitNumber: "V-a") { list: ${MEDIA} }`],
  [
    'a visit of a patient',
    `patient(identifiers: ${IDENTIFIERS}) { visit(visitNumber: "V-a") { list: ${MEDIA} } }`,
  ],
  ['visits', `patient(identifiers: ${IDENTIFIERS}) { visits { list: ${MEDIA} } }`],
  ['a document’s patient', `media(documentId: "doc-a-0") { patient { list: ${MEDIA} } }`],
  [
    'a search',
    `list: mediaSearch(filter: { patients: [{ identifiers: ${IDENTIFIERS} }] }, first: 2, after: AFTER) { ${PAGE} }`,
  ],
  ['a patient by its id', `node(id: NODE_ID) { ... on Patient { list: ${MEDIA} } }`],
  ['a reference', `_entities(representations: [${REFERENCE}]) { ... on Patient { list: ${MEDIA} } }`],
];

interface Page {
  readonly nodes: readonly { readonly documentId: string }[];
  readonly pageInfo: { readonly endCursor: string };
}

/** What is called `list`, wherever it is. */
function listIn(value: unknown): Page | null {
  if (typeof value !== 'object' || value === null) return null;
  for (const [name, inner] of Object.entries(value)) {
    const found = name === 'list' ? (inner as Page | null) : listIn(inner);
    if (found !== null) return found;
  }
  return null;
}

async function open() {
  const gateway = await startTestGateway({ charts });
  const { patient } = await askWell<{ patient: { id: string } }>(
    gateway,
    'query ($identifiers: [IdentifierInput!]!) { patient(identifiers: $identifiers) { id } }',
    A,
  );
  const ask = async (list: string, after: string | null = null) => {
    const query = `{ ${list} }`
      .replace('AFTER', JSON.stringify(after))
      .replace('NODE_ID', JSON.stringify(patient.id));
    const { data, errors } = await gateway.ask(query);
    return { page: listIn(data), codes: errors.map(({ extensions }) => extensions.code) };
  };
  return Object.assign(gateway, { list: ask });
}

test.each(LISTS)('the list of %s', async (_, list) => {
  await using gateway = await open();
  const seen: string[] = [];
  let after: string | null = null;
  const calls = [];
  for (let page = 0; page < 3; page += 1) {
    const cost = await gateway.countCalls(async () => {
      const { page: found, codes } = await gateway.list(list, after);
      expect(codes).toEqual([]);
      seen.push(...(found?.nodes.map(({ documentId }) => documentId) ?? []));
      after = found?.pageInfo.endCursor ?? null;
    });
    calls.push(cost);
  }
  expect(seen).toEqual([4, 3, 2, 1, 0].map((at) => `doc-a-${at}`));
  // A document, and the visits, by which a list is reached are questions themselves.
  const reached = /^media|visits/.test(list) ? 1 : 0;
  expect([calls.slice(1), calls[0]]).toEqual([[reached, reached], expect.any(Number)]);
});

test('a cursor of one list is refused by the lists of others, without a call', async () => {
  await using gateway = await open();
  const lists = [
    `patient(identifiers: [{ value: "SYN-b", idType: "MR" }]) { list: ${MEDIA} }`,
    `visit(visitNumber: "V-b") { list: ${MEDIA} }`,
    `list: mediaSearch(filter: { documentIds: ["doc-a-0", "doc-a-1"] }, first: 2, after: AFTER) { ${PAGE} }`,
  ];
  const { page } = await gateway.list(`patient(identifiers: ${IDENTIFIERS}) { list: ${MEDIA} }`);
  const calls = await gateway.countCalls(async () => {
    for (const list of lists) {
      const { codes } = await gateway.list(list, page?.pageInfo.endCursor);
      expect(codes).toEqual(['BAD_USER_INPUT']);
    }
  });
  expect(calls).toBe(0);
});

test('a page that selects links, where the first one did not, is read for them once, and its files come from memory', async () => {
  await using gateway = await open();
  const { page } = await gateway.list(`patient(identifiers: ${IDENTIFIERS}) { list: ${MEDIA} }`);
  const calls = await gateway.countCalls(async () => {
    const second = await linked(gateway, page?.pageInfo.endCursor);
    expect(second.nodes.map(({ documentId }) => documentId)).toEqual(['doc-a-2', 'doc-a-1']);
    for (const { content } of second.nodes) {
      const { status, bytes } = await download(content.url);
      expect([status, sha256Of(bytes)]).toEqual([200, content.sha256]);
    }
    const third = await linked(gateway, second.pageInfo.endCursor);
    expect((await download(third.nodes[0]?.content.url ?? '')).bytes.toString()).toBe('file 0 of a');
  });
  expect(calls).toBe(1);
});

async function linked(gateway: TestGateway, after: string | undefined) {
  const query = `query ($identifiers: [IdentifierInput!]!, $after: String) { patient(identifiers: $identifiers) {
    media(first: 2, after: $after) { nodes { documentId content { url sha256 } } pageInfo { endCursor } } } }`;
  interface Linked {
    readonly nodes: readonly { documentId: string; content: { url: string; sha256: string } }[];
    readonly pageInfo: { readonly endCursor: string };
  }
  const { patient } = await askWell<{ patient: { media: Linked } }>(gateway, query, { ...A, after });
  return patient.media;
}
