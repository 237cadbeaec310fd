/** A failure belongs to the field it hit: everybody else gets their data, and the error says what support needs. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { AnswerHook, RawReply } from '../../sandbox/sandbox.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { byRecordNumber, chartDocument } from '../support/own-chart.ts';

const NAMES = Array.from({ length: 12 }, (_, at) => `p${at}`);
const charts = NAMES.map((name) => chartDocument(name, { documentId: `doc-${name}` }));

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ charts });
});
afterAll(() => gateway.close());
afterEach(() => {
  gateway.redox.answer = undefined;
});

const LOGS = [{ ID: 'c3c4f5a0-2f4e-4d8b-8d76-5b6f0a4f9e21' }, { ID: 417 }];
const refusal = (status: number): RawReply => ({
  status,
  body: {
    Meta: { Logs: LOGS, Errors: [{ ID: 1, Text: 'upstream text about SYN-p5', Type: 'transmission' }] },
    Media: [],
  },
});

/** Answers like this whenever p5 is asked for. */
const poison =
  (reply: RawReply): AnswerHook =>
  ({ patients, visitNumbers, documentIds }) => {
    const asked = [
      ...(patients?.flat().map(({ id }) => id) ?? []),
      ...(visitNumbers ?? []),
      ...(documentIds ?? []),
    ];
    return asked.some((one) => one.endsWith('-p5')) ? reply : undefined;
  };

const PATIENTS = `query ($patients: [PatientInput!]!) { patients(patients: $patients) {
  identifier { value } media { nodes { documentId } } } }`;
const chartOf = (name: string) => ({
  identifier: { value: `SYN-${name}` },
  media: { nodes: [{ documentId: `doc-${name}` }] },
});

describe('one poisonous patient among twelve of one call', () => {
  test.each([
    ['400', refusal(400), 400],
    ['413', refusal(413), 413],
    ['200 with Meta.Errors', refusal(200), 200],
  ])('answered %s: the others have their documents', async (_, reply, status) => {
    gateway.redox.answer = poison(reply);
    const answer = await gateway.ask(PATIENTS, { patients: NAMES.map(byRecordNumber) });
    expect(answer.status).toBe(200);
    expect(answer.data).toEqual({
      patients: NAMES.map((name) => (name === 'p5' ? { ...chartOf(name), media: null } : chartOf(name))),
    });
    expect(answer.errors).toEqual([
      {
        message: 'Redox or the destination refused the query.',
        path: ['patients', 5, 'media'],
        locations: [expect.anything()],
        extensions: {
          code: 'UPSTREAM_REJECTED',
          retryable: false,
          redox: { logIds: LOGS.map(({ ID }) => String(ID)), status },
        },
      },
    ]);
  });

  test('answered 504: the others have their documents, and it is worth another try', async () => {
    gateway.redox.answer = poison({ status: 504, body: 'Gateway Timeout' });
    const { data, errors } = await gateway.ask(PATIENTS, { patients: NAMES.map(byRecordNumber) });
    expect(data).toMatchObject({ patients: { 5: { media: null }, 6: chartOf('p6') } });
    expect(errors).toMatchObject([
      { extensions: { code: 'UPSTREAM_TIMEOUT', retryable: true, redox: { status: 504 } } },
    ]);
  });
});

test('one poisonous visit and one poisonous document fail at their own fields', async () => {
  gateway.redox.answer = poison(refusal(400));
  const field = (name: string) =>
    `v${name}: visit(visitNumber: "V-${name}") { visitNumber media { totalCount } patient { id } }
     d${name}: media(documentId: "doc-${name}") { documentId }`;
  const { data, errors } = await gateway.ask(`{ ${['p4', 'p5', 'p6'].map(field).join('\n')} }`);
  expect(data).toEqual({
    ...Object.fromEntries(
      ['p4', 'p6'].flatMap((name) => [
        [
          `v${name}`,
          { visitNumber: `V-${name}`, media: { totalCount: 1 }, patient: { id: expect.any(String) } },
        ],
        [`d${name}`, { documentId: `doc-${name}` }],
      ]),
    ),
    vp5: { visitNumber: 'V-p5', media: null, patient: null },
    dp5: null,
  });
  expect(errors.map(({ path, extensions }) => [path?.join('.'), extensions.code]).sort()).toEqual([
    ['dp5', 'UPSTREAM_REJECTED'],
    ['vp5.media', 'UPSTREAM_REJECTED'],
    ['vp5.patient', 'UPSTREAM_REJECTED'],
  ]);
});

test('one destination that fails leaves the other alone', async () => {
  gateway.redox.answer = ({ destination }) => (destination.alias === 'county' ? refusal(500) : undefined);
  const question = (destination: string) =>
    `${destination}: patient(identifiers: [{ value: "SYN-p1", idType: "MR" }], destination: "${destination}") { media { totalCount } }`;
  const { data, errors } = await gateway.ask(`{ ${question('general')} ${question('county')} }`);
  expect(data).toEqual({ general: { media: { totalCount: 1 } }, county: { media: null } });
  expect(errors.map(({ path }) => path)).toEqual([['county', 'media']]);
});

test('a failed node nulls its own entry of nodes', async () => {
  const names = ['p1', 'p5', 'p2'];
  const fields = names.map((name) => `${name}: media(documentId: "doc-${name}") { id }`);
  const found = await gateway.ask<Record<string, { id: string }>>(`{ ${fields} }`);
  const ids = names.map((name) => found.data?.[name]?.id);
  gateway.redox.answer = poison(refusal(400));
  const { data, errors } = await gateway.ask('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids });
  expect(data).toEqual({ nodes: [{ id: ids[0] }, null, { id: ids[2] }] });
  expect(errors).toMatchObject([{ path: ['nodes', 1], extensions: { code: 'UPSTREAM_REJECTED' } }]);
});
