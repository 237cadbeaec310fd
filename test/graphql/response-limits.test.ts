/** What one response may hold, and what may be sent. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GraphqlAnswer, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { chartDocument } from '../support/own-chart.ts';
import { expectRefusedBy, type OperationBody } from './refused-operations.ts';

let gateway: TestGateway;
beforeAll(async () => {
  const charts = ['1', '2', '3', '4'].map((at) => chartDocument('a', { documentId: `doc-${at}` }));
  gateway = await startTestGateway({ charts });
});
afterAll(() => gateway.close());

const expectRefused = (body: OperationBody, argument: string, problem: string) =>
  expectRefusedBy(gateway, body, argument, problem);

const times = (count: number, create: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => create(at)).join(' ');

describe('request body: 256 kB, and one operation', () => {
  const body = (bytes: number) => {
    const empty = JSON.stringify({ query: '{ destinations { id } }', variables: { a: '' } });
    return empty.replace('""', `"${'x'.repeat(bytes - empty.length)}"`);
  };
  const send = (text: string) =>
    fetch(gateway.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: text });

  test('size', async () => {
    expect((await send(body(256 * 1024))).status).toBe(200);
    expect((await send(body(256 * 1024 + 1))).status).toBe(413);
  });

  test('files in its variables are counted apart, in base64 as long as one answer may have', async () => {
    const query = '{ destinations { id } }';
    const withFile = (name: string, length: number, padding = 0) =>
      JSON.stringify({ query, variables: { file: { [name]: 'QUJD'.repeat(length / 4) } } }) +
      ' '.repeat(padding);
    const largest = 4 * Math.ceil((10 * 1024 * 1024) / 3);
    expect((await send(withFile('base64', largest))).status).toBe(200);
    expect((await send(withFile('base64', largest, 256 * 1024))).status).toBe(413);
    expect((await send(withFile('base64', 1_000_000, 256 * 1024))).status).toBe(413);
    expect((await send(withFile('text', 1_000_000))).status).toBe(413);
    // Text that looks like one.
    expect((await send(withFile('\\"base64":"QUJD', 1_000_000))).status).toBe(413);
  });

  test('batches', async () => {
    const response = await send(JSON.stringify([{ query: '{ destinations { id } }' }]));
    expect(response.status).toBe(400);
  });
});

describe('documents and visits of an answer', () => {
  /** On a patient with four documents; each level multiplies by four. */
  const multiply = (levels: number) =>
    `{ patient(identifiers: [{ value: "SYN-a", idType: "MR" }]) { ${'media { nodes { patient { '.repeat(levels)}id${' } } }'.repeat(levels)} } }`;
  const askWith = async (limit: string, query: string): Promise<GraphqlAnswer<Record<string, unknown>>> => {
    const charts = ['1', '2', '3', '4'].map((at) => chartDocument('a', { documentId: `doc-${at}` }));
    await using own = await startTestGateway({ charts }, { LIMIT_NODES: limit, LIMIT_DEPTH: '100' });
    return await own.ask(query);
  };

  test('as many as the limit are answered, one more is refused at its list', async () => {
    expect((await askWith('20', multiply(2))).errors).toEqual([]);
    const { status, errors } = await askWith('19', multiply(2));
    expect(status).toBe(200);
    expect(errors).toMatchObject([
      {
        path: ['patient', 'media', 'nodes', 3, 'patient', 'media'],
        extensions: { code: 'BAD_USER_INPUT', argument: 'first' },
      },
    ]);
  });

  test('visits count too', async () => {
    const visits = `{ patient(identifiers: [{ value: "SYN-a", idType: "MR" }]) { ${'visits { patient { '.repeat(3)}id${' } }'.repeat(3)} } }`;
    expect((await askWith('3', visits)).errors).toEqual([]);
    expect((await askWith('2', visits)).errors).toHaveLength(1);
  });

  test('what multiplies without end ends: beyond a thousand lists it is refused as a whole', async () => {
    const { status, data, errors } = await askWith('4000', multiply(12));
    expect({ status, data }).toEqual({ status: 400, data: undefined });
    expect(errors).toMatchObject([
      {
        extensions: {
          code: 'BAD_USER_INPUT',
          argument: 'query',
          problem: 'makes a response of too many documents and visits',
        },
      },
    ]);
  });
});

test('documents that would take long to validate are refused before that, for what can be counted', async () => {
  const bomb = `{ ...F0 } ${times(60, (at) => `fragment F${at} on Query { ${at < 59 ? times(8, () => `...F${at + 1}`) : 'a: destinations { id }'} }`)}`;
  await expectRefused({ query: bomb }, 'query', 'has too many aliases');
  const repeated = `{ ${times(490, () => 'destinations { id }')} }`;
  await expectRefused({ query: repeated }, 'query', 'has too many root fields');
});

test.each([
  ['spread themselves', '{ ...F } fragment F on Query { ...F }'],
  ['are not there', '{ ...Nowhere }'],
])('fragments that %s are still told as such', async (_, query) => {
  const { status, errors } = await gateway.ask(query);
  expect(status).toBe(400);
  expect(errors[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
});
