/** What an operation cost stands beside its data where introspection is on, and nowhere else. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RawReply } from '../../sandbox/sandbox.ts';
import { OperationCost } from '../../src/gateway/operation-cost.ts';
import { beside, post, startSandboxMode } from '../http/servers.ts';
import { patientQuery } from '../resilience/operations.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { holdAnswers } from '../support/gate.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { chartDocument } from '../support/own-chart.ts';
import { until } from '../support/until.ts';

interface Body {
  readonly data?: unknown;
  readonly errors?: readonly unknown[];
  readonly extensions?: { readonly redox?: unknown; readonly ftv1?: string };
}

async function ask(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Body> {
  const response = await post(url, body, headers);
  return (await response.json()) as Body;
}

const costOf = async (url: string, query: string) => (await ask(url, { query })).extensions?.redox;

const NOTHING = { mediaQueries: 0, bytes: 0, ageSeconds: null };
const CHARTS = ['a', 'b', 'c', 'd'].map((name) => chartDocument(name, { documentId: `${name}-1` }));
const OF_FOUR = `{ patients(patients: [${['a', 'b', 'c', 'd']
  .map((name) => `{ identifiers: [{ value: "SYN-${name}", idType: "MR" }] }`)
  .join()}]) { media { totalCount } } }`;

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ charts: CHARTS }, { INTROSPECTION: 'true' });
});
afterAll(() => gateway.close());

describe('where introspection is on', () => {
  test('an operation tells its Media Queries and the bytes of their replies', async () => {
    const one = await costOf(gateway.url, patientQuery('a'));
    expect(one).toEqual({ mediaQueries: 1, bytes: expect.any(Number), ageSeconds: null });
    const four = await costOf(gateway.url, OF_FOUR);
    expect(four).toEqual({ mediaQueries: 1, bytes: expect.any(Number), ageSeconds: null });
    expect(Number(Object(four).bytes)).toBeGreaterThan(Number(Object(one).bytes));
  });

  test('the bytes are those that Redox sent', async () => {
    const body = JSON.stringify({ Meta: { DataModel: 'Media', EventType: 'QueryResponse' }, Media: [] });
    gateway.redox.answer = () => ({ status: 200, body });
    expect(await costOf(gateway.url, patientQuery('a'))).toEqual({
      ...NOTHING,
      mediaQueries: 1,
      bytes: body.length,
    });
    gateway.redox.answer = undefined;
  });

  test.each([
    ['asks for nothing of Redox', { query: '{ destinations { id } }' }],
    ['is asked by a router', { query: '{ _service { sdl } }' }],
    ['asks for the schema', { query: '{ __schema { queryType { name } } }' }],
    ['is not GraphQL', { query: '{' }],
    ['names a field that does not exist', { query: '{ nothing }' }],
    ['has variables that do not fit', { query: 'query ($id: ID!) { media(documentId: $id) { id } }' }],
    ['is refused for its arguments', { query: '{ node(id: "x") { id } }' }],
    [
      'is a persisted query that is not known',
      { extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } } },
    ],
  ])('one that %s cost nothing', async (_, body) => {
    expect((await ask(gateway.url, body)).extensions).toEqual({ redox: NOTHING });
  });

  test('by GET it is the same', async () => {
    const url = `${gateway.url}?query=${encodeURIComponent('{ destinations { id } }')}`;
    const response = await fetch(url, { headers: { 'apollo-require-preflight': 'true' } });
    expect(await response.json()).toMatchObject({ extensions: { redox: NOTHING } });
  });

  test('a call that is shared counts for each operation that it was sent for', async () => {
    using gate = holdAnswers(gateway.redox);
    const before = gateway.redox.callCount;
    const asked = Promise.all([costOf(gateway.url, OF_FOUR), costOf(gateway.url, patientQuery('b'))]);
    await until(() => gateway.redox.inFlight === 1);
    gate.open();
    const [all, one] = await asked;
    expect(gateway.redox.callCount - before).toBe(1);
    expect(one).toEqual({ mediaQueries: 1, bytes: expect.any(Number), ageSeconds: null });
    expect(one).toEqual(all);
  });

  test('calls that were refused, and sent again in halves, count', async () => {
    const before = gateway.redox.callCount;
    gateway.redox.answer = ({ patients }) =>
      patients?.some(([identifier]) => identifier?.id === 'SYN-c') ? { status: 400, body: {} } : undefined;
    const { extensions, errors } = await ask(gateway.url, { query: OF_FOUR });
    gateway.redox.answer = undefined;
    expect(errors).toHaveLength(1);
    expect(gateway.redox.callCount - before).toBeGreaterThan(2);
    expect(extensions).toEqual({
      redox: { mediaQueries: gateway.redox.callCount - before, bytes: expect.any(Number), ageSeconds: null },
    });
  });

  test('a call that failed, and was sent again, counts twice', async () => {
    const replies: RawReply[] = [{ status: 502 }];
    gateway.redox.answer = () => replies.pop();
    expect(await costOf(gateway.url, patientQuery('d'))).toEqual({
      mediaQueries: 2,
      bytes: expect.any(Number),
      ageSeconds: null,
    });
    gateway.redox.answer = undefined;
  });
});

test('a call that is not over when its operation is counts, without bytes', async () => {
  const clock = new FakeClock();
  const settings = { INTROSPECTION: 'true', OPERATION_TIMEOUT_MS: '400' };
  await using own = await startTestGateway({ charts: CHARTS }, settings, clock);
  using _held = holdAnswers(own.redox);
  const answer = ask(own.url, { query: patientQuery('a') });
  await until(() => own.redox.inFlight === 1);
  await clock.advance(400);
  expect(await answer).toMatchObject({
    errors: [{ extensions: { code: 'UPSTREAM_TIMEOUT' } }],
    extensions: { redox: { ...NOTHING, mediaQueries: 1 } },
  });
});

test('a call that could not be sent, for want of a token, does not count', async () => {
  const settings = { INTROSPECTION: 'true', REDOX_TOKEN_URL: 'http://127.0.0.1:9/token' };
  await using own = await startTestGateway({ charts: CHARTS }, settings);
  expect(await ask(own.url, { query: patientQuery('a') })).toMatchObject({
    errors: [{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }],
    extensions: { redox: NOTHING },
  });
});

test('without introspection no response tells it, whatever becomes of its operation', async () => {
  await using own = await startTestGateway({ charts: CHARTS });
  for (const query of [
    patientQuery('a'),
    '{ destinations { id } }',
    '{',
    '{ nothing }',
    '{ node(id: "x") { id } }',
  ])
    expect(await ask(own.url, { query })).not.toHaveProperty('extensions');
});

test('the trace that a router asks for stands beside it', async () => {
  const headers = { 'apollo-federation-include-trace': 'ftv1' };
  const { extensions } = await ask(gateway.url, { query: patientQuery('a') }, headers);
  expect(extensions).toMatchObject({
    ftv1: expect.stringMatching(/^[\w+/]+=*$/),
    redox: { mediaQueries: 1 },
  });
});

describe('with the sandbox', () => {
  test('the bodies that were sent are told as well, as the sandbox received them', async () => {
    const sandboxed = await startSandboxMode();
    const { sandbox } = sandboxed;
    const query = `{ patient(identifiers: [{ value: "SYN-000417", idType: "MR" }]) { media(filter: { documentTypes: ["Photo"] }) { totalCount } } }`;
    expect(await costOf(sandboxed.url, query)).toEqual({
      mediaQueries: 1,
      bytes: expect.any(Number),
      ageSeconds: null,
      queries: sandbox?.calls.map((call) => call.query),
    });
    expect(sandbox?.calls).toMatchObject([{ query: { DocumentTypes: ['Photo'] } }]);
    expect(await costOf(sandboxed.url, '{ destinations { id } }')).toEqual({ ...NOTHING, queries: [] });
    await sandboxed.close();
  });

  test('nothing is told where its introspection is off', async () => {
    const sandboxed = await startSandboxMode({ INTROSPECTION: 'false' });
    expect(await ask(sandboxed.url, { query: patientQuery('000417') })).not.toHaveProperty('extensions');
    expect((await fetch(beside(sandboxed.url, '/metrics'))).status).toBe(200);
    await sandboxed.close();
  });
});

describe('of what is remembered', () => {
  const sent = { id: 'sent', logIds: [], traceId: null, bytes: 100 };

  test('the oldest counts, in whole seconds, and the calls that it came from do not', () => {
    const cost = new OperationCost(false);
    expect(cost.ageSeconds).toBeNull();
    cost.note({ calls: [sent], ageMs: 12_999 });
    cost.note({ calls: [sent], ageMs: 999 });
    expect(cost.describe()).toEqual({ mediaQueries: 0, bytes: 0, ageSeconds: 12 });
    cost.note({ calls: [{ ...sent, id: 'another' }, sent], ageMs: null });
    cost.note({ calls: [sent], ageMs: null });
    expect(cost.describe()).toEqual({ mediaQueries: 2, bytes: 200, ageSeconds: 12 });
  });

  test('an age below a second is one', () => {
    const cost = new OperationCost(false);
    cost.note({ calls: [], ageMs: 0 });
    expect(cost.ageSeconds).toBe(0);
  });
});
