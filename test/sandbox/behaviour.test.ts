import { describe, expect, it } from 'vitest';
import {
  type ChartDocument,
  type Sandbox,
  type SandboxOptions,
  startSandbox,
} from '../../sandbox/sandbox.ts';
import { Gate, holdAnswers } from '../support/gate.ts';
import { until } from '../support/until.ts';
import { byIdentifiers, documentIds, getToken, mediaQuery, member, post, queryMedia } from './client.ts';

const MEGABYTE = 1024 * 1024;
const ANNA = [{ id: '1', idType: 'MR' }];
const FIRST: ChartDocument = { destination: 'general', identifiers: ANNA, documentId: 'd1' };
const SECOND: ChartDocument = { destination: 'general', identifiers: ANNA, documentId: 'd2' };
const QUERY = { Patients: [byIdentifiers(['MR', '1'])] };

async function start(options: SandboxOptions = {}): Promise<{ sandbox: Sandbox; token: string }> {
  const sandbox = await startSandbox({ charts: [FIRST, SECOND], ...options });
  return { sandbox, token: await getToken(sandbox, options.clock?.()) };
}

function ask(sandbox: Sandbox, token: string, filters = QUERY): Promise<Response> {
  return post(sandbox, token, mediaQuery(sandbox, 'general', filters));
}

describe('latency', () => {
  it('delays every answer, and can be changed while running', async () => {
    const waited: number[] = [];
    const gate = new Gate();
    const wait = (ms: number) => {
      waited.push(ms);
      return gate.passed;
    };
    const { sandbox, token } = await start({ latencyMs: 120, wait });
    await using _ = sandbox;
    const delayed = [ask(sandbox, token), ask(sandbox, 'bad')];
    await until(() => waited.length === 2);
    expect(waited).toEqual([120, 120]);
    expect(sandbox.inFlight).toBe(2);
    sandbox.latencyMs = 0;
    expect((await ask(sandbox, token)).status).toBe(200);
    gate.open();
    expect((await Promise.all(delayed)).map(({ status }) => status)).toEqual([200, 401]);
  });

  it('does not hold up close, which cuts what is under way', async () => {
    const { sandbox, token } = await start({ latencyMs: 3_600_000 });
    const cut = expect(ask(sandbox, token)).rejects.toThrow();
    await until(() => sandbox.inFlight === 1);
    await sandbox.close();
    await cut;
    await sandbox.close();
  });
});

describe('limits', () => {
  it('refuses more patients than the destination takes, quoting one as real errors may', async () => {
    const { sandbox, token } = await start({ maxPatientsPerQuery: 1 });
    await using _ = sandbox;
    const two = { Patients: [byIdentifiers(['MR', '1']), byIdentifiers(['MR', '2'])] };
    const refused = await ask(sandbox, token, two);
    expect(refused.status).toBe(400);
    expect(await refused.text()).toMatch(
      /"Text":"Destination returned status code 400: 2 patients, the first 1\."/,
    );
    expect((await ask(sandbox, token)).status).toBe(200);
    sandbox.maxPatientsPerQuery = 2;
    expect((await ask(sandbox, token, two)).status).toBe(200);
  });

  it('answers 429 above the quota, and lets calls in again as the window moves on', async () => {
    let now = 1_000_000;
    const { sandbox, token } = await start({ quota: { calls: 2, windowMs: 1000 }, clock: () => now });
    await using _ = sandbox;
    const statuses: number[] = [];
    for (const at of [0, 600, 900, 1000, 1500, 1600]) {
      now = 1_000_000 + at;
      const response = await ask(sandbox, token);
      statuses.push(response.status);
      expect(response.headers.get('x-ratelimit-limit')).toBe(response.status === 429 ? '2' : null);
    }
    expect(statuses).toEqual([200, 200, 429, 200, 429, 200]);
  });

  it('refuses a message above 40 MB as a whole, in either direction', async () => {
    const half = 'A'.repeat(20 * MEGABYTE);
    const { sandbox, token } = await start({
      charts: [
        { ...FIRST, fileContents: half },
        { ...SECOND, fileContents: half },
      ],
    });
    await using _ = sandbox;
    const reply = await ask(sandbox, token);
    expect(reply.status).toBe(413);
    expect(await reply.text()).toMatch(/^\{"Meta":\{.*"Errors":\[.*\]\}\}$/);
    const alone = await queryMedia(sandbox, token, 'general', { DocumentIDs: ['d1'] });
    expect(String(member(alone[0], 'FileContents'))).toHaveLength(half.length);
    const request = await post(sandbox, token, half + half + half.slice(0, MEGABYTE));
    expect(request.status).toBe(413);
    expect(await request.text()).toMatch(/^\{"Meta":\{.*"Errors":\[.*\]\}\}$/);
  });
});

describe('the answer hook', () => {
  it('sees the parsed query and what matches, and may shuffle, drop and invent', async () => {
    const { sandbox, token } = await start();
    await using _ = sandbox;
    sandbox.answer = async (query, documents) => {
      expect(query).toMatchObject({
        destination: { alias: 'general' },
        patients: [ANNA],
        visitNumbers: null,
        test: true,
      });
      return [...documents.toReversed(), { raw: { DocumentID: 7, Odd: true } }];
    };
    const items = await queryMedia(sandbox, token, 'general', QUERY);
    expect(documentIds(items)).toEqual(['d2', 'd1', 7]);
    expect(items[2]).toEqual({ DocumentID: 7, Odd: true });
    sandbox.answer = () => undefined;
    expect(documentIds(await queryMedia(sandbox, token, 'general', QUERY))).toEqual(['d1', 'd2']);
  });

  it('may send any reply instead', async () => {
    const { sandbox, token } = await start({
      answer: () => ({
        status: 502,
        headers: { 'content-type': 'text/html', 'x-odd': '1' },
        body: '<p>bad</p>',
      }),
    });
    await using _ = sandbox;
    const text = await ask(sandbox, token);
    expect([text.status, text.headers.get('x-odd'), await text.text()]).toEqual([502, '1', '<p>bad</p>']);
    expect(text.headers.get('content-type')).toBe('text/html');
    sandbox.answer = () => ({ status: 200, body: { Meta: { Errors: [] } } });
    const json = await ask(sandbox, token);
    expect(json.headers.get('content-type')).toMatch(/json/);
    expect(await json.json()).toEqual({ Meta: { Errors: [] } });
    sandbox.answer = () => ({ status: 204 });
    expect(await (await ask(sandbox, token)).text()).toBe('');
  });

  it('answers 500 when the hook throws', async () => {
    const { sandbox, token } = await start({ answer: () => Promise.reject(new Error('hook')) });
    await using _ = sandbox;
    expect((await ask(sandbox, token)).status).toBe(500);
    expect(sandbox.inFlight).toBe(0);
  });
});

describe('the record of calls', () => {
  it('has every call with its destination, body, status and times', async () => {
    let now = 5000;
    const { sandbox, token } = await start({ clock: () => now++ });
    await using _ = sandbox;
    await ask(sandbox, token);
    await ask(sandbox, 'bad');
    await post(sandbox, token, 'no JSON');
    expect(sandbox.calls.map((call) => call.status)).toEqual([200, 401, 400]);
    const [first, , last] = sandbox.calls;
    expect(first).toMatchObject({ destinationId: sandbox.destinations.general, query: QUERY });
    expect(first?.finishedAt).toBeGreaterThan(first?.startedAt ?? Number.POSITIVE_INFINITY);
    expect(last).toMatchObject({ destinationId: null, query: undefined });
    expect(sandbox.callCount).toBe(3);
  });

  it('keeps the newest calls only', async () => {
    const { sandbox, token } = await start({ maxRecordedCalls: 2 });
    await using _ = sandbox;
    for (const id of ['x', 'y', 'z']) await ask(sandbox, token, { Patients: [byIdentifiers(['MR', id])] });
    expect(sandbox.calls).toHaveLength(2);
    expect(sandbox.calls[0]?.query).toMatchObject({ Patients: [byIdentifiers(['MR', 'y'])] });
    expect(sandbox.callCount).toBe(3);
  });

  it('counts calls at once, those of clients that hang up included', async () => {
    const { sandbox, token } = await start();
    await using _ = sandbox;
    using gate = holdAnswers(sandbox);
    const answers = [1, 2, 3].map(() => ask(sandbox, token));
    await until(() => sandbox.inFlight === 3);
    gate.open();
    await Promise.all(answers);
    expect([sandbox.inFlight, sandbox.maxInFlight]).toEqual([0, 3]);
    sandbox.latencyMs = 3_600_000;
    const hangUp = new AbortController();
    const gone = fetch(`${sandbox.url}/endpoint`, { method: 'POST', body: '{}', signal: hangUp.signal });
    await until(() => sandbox.inFlight === 1);
    hangUp.abort();
    await expect(gone).rejects.toThrow();
    await until(() => sandbox.inFlight === 0);
    expect(sandbox.calls.at(-1)?.status).toBeNull();
    expect(sandbox.maxInFlight).toBe(3);
  });

  it('never counts a client twice that sends its next call on each answer', async () => {
    const { sandbox, token } = await start();
    await using _ = sandbox;
    for (let at = 0; at < 50; at++) await (await ask(sandbox, token)).arrayBuffer();
    expect(sandbox.maxInFlight).toBe(1);
  });
});
