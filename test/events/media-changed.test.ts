/** `subscription { mediaChanged }` from outside: Redox's events in at one end, graphql-sse's client at the other. */
import { createClient } from 'graphql-sse';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { linesOf, newFile } from '../audit/lines.ts';
import { AUDIENCE, ISSUER, signToken, writeJwksFile } from '../http/callers/issuer.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { chartDocument, identifiersOf, inputOf } from '../support/own-chart.ts';
import { readMetrics } from '../support/read-metrics.ts';
import { until } from '../support/until.ts';
import { type PushedMessage, pushed, SETTINGS, TOKEN } from './pushed.ts';

const A = inputOf(identifiersOf('a').slice(0, 1));
const B = inputOf(identifiersOf('b').slice(0, 1));
let gateway: TestGateway;
let auditFile: string;
let documents = 0;
beforeAll(async () => {
  auditFile = await newFile();
  const charts = [
    chartDocument('a', { documentId: 'SYN-D-a' }),
    chartDocument('b', { documentId: 'SYN-D-b' }),
    chartDocument('b', { documentId: 'SYN-D-shared' }),
    chartDocument('a', { documentId: 'SYN-D-shared' }),
  ];
  const auth = {
    AUTH_MODE: 'jwt',
    AUTH_ISSUER: ISSUER,
    AUTH_AUDIENCE: AUDIENCE,
    AUTH_JWKS_FILE: await writeJwksFile(),
  };
  gateway = await startTestGateway(
    { charts },
    { ...SETTINGS, ...auth, AUDIT_FILE: auditFile, AUDIT_PATIENTS: 'plain' },
  );
});
afterAll(() => gateway.close());

/** As Redox sends it. */
async function push(message: PushedMessage, url = gateway.url): Promise<void> {
  const response = await fetch(new URL('/redox/events', url), {
    method: 'POST',
    headers: { 'verification-token': TOKEN, 'content-type': 'application/json' },
    body: JSON.stringify(message),
  });
  expect(response.status).toBe(200);
}

/** Of a document that no other event is about: an event that equals the last one is none. */
function pushOf(name: string, type = 'New', media: Record<string, unknown> = {}): Promise<void> {
  documents += 1;
  return push(
    pushed(
      type,
      { DocumentID: `SYN-N-${documents}`, ...media },
      {
        Patient: {
          Identifiers:
            name === '' ? [] : identifiersOf(name).map(({ id, idType }) => ({ ID: id, IDType: idType })),
        },
      },
    ),
  );
}

interface Change {
  readonly cursor: string;
  readonly kind: string;
  readonly documentId: string | null;
  readonly [field: string]: unknown;
}

const openSubscriptions = async () => (await readMetrics(gateway.url)).get('subscribers') ?? 0;

/** A subscription that has begun, or was refused, and all that it receives. */
async function subscribe(
  claims: Record<string, unknown>,
  selection = '',
  variables: Record<string, unknown> = {},
  headers: Record<string, string> = {},
) {
  const authorization = `Bearer ${await signToken({ claims })}`;
  const client = createClient({
    url: gateway.url,
    retryAttempts: 0,
    headers: { authorization, ...headers },
  });
  const changes: Change[] = [];
  const codes: unknown[] = [];
  const ends: unknown[] = [];
  const query = `subscription Live($filter: MediaChangeFilter, $destination: ID, $after: String) {
    mediaChanged(filter: $filter, destination: $destination, after: $after) { cursor kind documentId ${selection} } }`;
  const before = await openSubscriptions();
  client.subscribe<{ mediaChanged: Change }>(
    { query, variables },
    {
      next({ data, errors = [] }) {
        if (data) changes.push(data.mediaChanged);
        codes.push(...errors.map(({ extensions }) => extensions?.['code']));
      },
      error: (error) => ends.push(error),
      complete: () => ends.push('complete'),
    },
  );
  const stop = async () => {
    client.dispose();
    await until(async () => (await openSubscriptions()) <= before);
  };
  onTestFinished(stop);
  await until(async () => ends.length > 0 || (await openSubscriptions()) > before);
  return { changes, codes, ends, stop };
}

const documentsOf = ({ changes }: { readonly changes: readonly Change[] }) =>
  changes.map(({ documentId }) => documentId);

describe('an event', () => {
  test('tells all that Redox told, with its patient and visit as queries have them, and costs no call', async () => {
    const live = await subscribe(
      {},
      `receivedAt destination originalDocumentId documentType documentDescription fileType fileName creationDateTime
       serviceDateTime authenticated availability provider { providerId idType firstName lastName credentials emailAddresses }
       authenticator { providerId credentials } patient { identifier { value idType } identifiers { value } }
       visit { visitNumber patient { identifier { value } } }`,
      { filter: { patients: [{ identifiers: A }] } },
    );
    const calls = await gateway.countCalls(async () => {
      await pushOf('b');
      await pushOf('a', 'Replace', { DocumentID: 'SYN-D-new', OriginalDocumentID: 'SYN-D-old' });
      await until(() => live.changes.length > 0);
    });
    expect(calls).toBe(0);
    expect(live.changes).toEqual([
      {
        cursor: expect.any(String),
        receivedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        kind: 'REPLACED',
        destination: 'general',
        documentId: 'SYN-D-new',
        originalDocumentId: 'SYN-D-old',
        documentType: 'Discharge Summary',
        documentDescription: null,
        fileType: 'PDF',
        fileName: 'report',
        creationDateTime: null,
        serviceDateTime: null,
        authenticated: true,
        availability: 'AVAILABLE',
        provider: {
          providerId: 'SYN-P-1',
          idType: 'NPI',
          firstName: 'Ada',
          lastName: 'Synthetic',
          credentials: ['MD'],
          emailAddresses: [],
        },
        authenticator: null,
        patient: { identifier: A[0], identifiers: [{ value: 'SYN-a' }, { value: 'e-a' }] },
        visit: { visitNumber: 'SYN-V-1', patient: { identifier: { value: 'SYN-a' } } },
      },
    ]);
  });

  test('leads to its document by one call that is made after it, whatever is remembered', async () => {
    const selection = 'media { documentId patient { identifier { value } } }';
    const filter = { patients: [{ identifiers: A }] };
    const live = await subscribe({}, selection, { filter }, { 'cache-control': 'max-age=60' });
    const calls: number[] = [];
    const pushAndCount = async (type: string, DocumentID: string) => {
      const count = live.changes.length + 1;
      const work = async () => {
        await pushOf('a', type, { DocumentID });
        await until(() => live.changes.length === count);
      };
      calls.push(await gateway.countCalls(work));
    };
    await pushAndCount('New', 'SYN-D-a');
    await pushAndCount('Replace', 'SYN-D-a');
    await pushAndCount('New', 'SYN-D-shared');
    await pushAndCount('Delete', 'SYN-D-a');
    await pushAndCount('New', 'SYN-D-not-filed-yet');
    expect(calls).toEqual([1, 1, 1, 0, 1]);
    const ofA = { identifier: { value: 'SYN-a' } };
    expect(live.changes.map(({ media }) => media)).toEqual([
      { documentId: 'SYN-D-a', patient: ofA },
      { documentId: 'SYN-D-a', patient: ofA },
      { documentId: 'SYN-D-shared', patient: ofA },
      null,
      null,
    ]);
    expect(live.codes).toEqual([]);
  });

  test('without a patient leads to a document that is one patient’s alone', async () => {
    const live = await subscribe({}, 'patient { id } visit { visitNumber } media { documentId }');
    await pushOf('', 'New', { DocumentID: 'SYN-D-b' });
    await pushOf('', 'New', { DocumentID: 'SYN-D-shared' });
    await until(() => live.changes.length === 2);
    const visit = { visitNumber: 'SYN-V-1' };
    expect(live.changes).toMatchObject([
      { patient: null, visit, media: { documentId: 'SYN-D-b' } },
      { patient: null, visit, media: null },
    ]);
    expect(live.codes).toEqual(['UPSTREAM_PROTOCOL']);
  });
});

describe('rights', () => {
  const claims = { redox_patients: ['MR|SYN-a'] };

  test.each<[string, Record<string, unknown>, Record<string, unknown>, string]>([
    ['without media:read', { scope: 'media:write' }, {}, 'FORBIDDEN'],
    ['of some patients, without a filter', claims, {}, 'FORBIDDEN'],
    ['of another patient', claims, { filter: { patients: [{ identifiers: B }] } }, 'FORBIDDEN'],
    ['of another destination', { redox_destinations: ['county'] }, {}, 'FORBIDDEN'],
    ['of all, at a destination that there is not', {}, { destination: 'nowhere' }, 'BAD_USER_INPUT'],
    [
      'of all, by a patient without identifiers',
      {},
      { filter: { patients: [{ identifiers: [] }] } },
      'BAD_USER_INPUT',
    ],
    ['of all, by a blank visit', {}, { filter: { visitNumbers: [' '] } }, 'BAD_USER_INPUT'],
    ['of all, after no cursor', {}, { after: 'forged' }, 'BAD_USER_INPUT'],
  ])('%s: refused', async (_, ofToken, variables, code) => {
    const live = await subscribe(ofToken, '', variables);
    await until(() => live.ends.length > 0);
    expect(live).toMatchObject({ changes: [], codes: [code] });
  });

  test('of some patients: their events alone, and every refusal and every delivery is in the audit trail', async () => {
    const live = await subscribe(claims, 'media { documentId }', {
      filter: { patients: [{ identifiers: A }] },
    });
    const before = (await linesOf(auditFile)).length;
    await pushOf('b');
    await pushOf('');
    await pushOf('a', 'New', { DocumentID: 'SYN-D-a' });
    await until(() => live.changes.length > 0);
    expect(documentsOf(live)).toEqual(['SYN-D-a']);
    const [delivery, ...others] = (await linesOf(auditFile)).slice(before);
    expect(others).toEqual([]);
    expect(delivery).toMatchObject({
      operation: { name: 'Live', event: 'Query' },
      identifiers: ['MR|SYN-a'],
      outcome: 'answered',
      items: 1,
      calls: [expect.any(String)],
    });
    await subscribe(claims, '', { filter: { patients: [{ identifiers: B }] } });
    const refusals = (await linesOf(auditFile)).slice(before + 1);
    expect(refusals).toMatchObject([
      { identifiers: ['MR|SYN-b'], outcome: 'refused', code: 'FORBIDDEN', items: 0 },
    ]);
  });
});

test('a client that comes back with its cursor, and another token, is given what it missed, once', async () => {
  const filter = { patients: [{ identifiers: A }] };
  const first = await subscribe({}, '', { filter });
  await pushOf('a');
  await until(() => first.changes.length === 1);
  await first.stop();
  await pushOf('a');
  await pushOf('b');
  const claims = { sub: 'another', redox_patients: ['MR|SYN-a'] };
  const second = await subscribe(claims, '', { filter, after: first.changes[0]?.cursor });
  await until(() => second.changes.length === 1);
  await pushOf('a');
  await until(() => second.changes.length === 2);
  expect(documentsOf(second)).toEqual([`SYN-N-${documents - 2}`, `SYN-N-${documents}`]);
  const metrics = await readMetrics(gateway.url);
  expect(metrics.get('subscription_replays_total')).toBeGreaterThan(0);
  expect(metrics.get('subscriptions_ended_total{reason="left"}')).toBeGreaterThan(0);
});

test('an event that the audit trail does not take does not leave; the cursor is that of the event before it', async () => {
  await using unaudited = await startTestGateway({ charts: [] }, { ...SETTINGS, AUDIT_FILE: '/dev/full' });
  const client = createClient({ url: unaudited.url, retryAttempts: 0 });
  onTestFinished(() => client.dispose());
  const subscription = client.iterate<{ mediaChanged: Change }>({
    query: 'subscription { mediaChanged { cursor } }',
  });
  const ended = subscription.next();
  await until(async () => (await readMetrics(unaudited.url)).get('subscribers') === 1);
  await push(pushed('New', { DocumentID: 'SYN-D-first' }), unaudited.url);
  expect((await ended).value).toMatchObject({
    errors: [{ extensions: { code: 'OVERLOADED', retryable: true } }],
  });
  expect((await ended).value).not.toHaveProperty('data.mediaChanged');
  const again = client.iterate({ query: 'subscription { mediaChanged { cursor } }' });
  const endedAgain = again.next();
  await until(async () => (await readMetrics(unaudited.url)).get('subscribers') === 1);
  await push(pushed('New', { DocumentID: 'SYN-D-second' }), unaudited.url);
  expect((await endedAgain).value).toMatchObject({
    errors: [{ extensions: { code: 'OVERLOADED', cursor: expect.any(String) } }],
  });
});
