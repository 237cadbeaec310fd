/** What is remembered belongs to callers of equal rights, and ends with the token that it was read with. */
import { expect, test } from 'vitest';
import { FakeClock } from '../support/fake-clock.ts';
import { startTestGateway } from '../support/gateway.ts';
import { chartDocument } from '../support/own-chart.ts';
import { AUDIENCE, ISSUER, signToken, writeJwksFile } from './callers/issuer.ts';

const CHARTS = [
  chartDocument('a', { documentId: 'a-1', visitNumber: 'V-shared', serviceDateTime: '2026-01-02' }),
  chartDocument('a', { documentId: 'a-2', visitNumber: 'V-shared', serviceDateTime: '2026-01-01' }),
  chartDocument('b', { documentId: 'b-1', visitNumber: 'V-shared', serviceDateTime: '2025-01-01' }),
];
const VISIT = `query ($after: String) { mediaSearch(filter: { visitNumbers: ["V-shared"] }, first: 1, after: $after) {
  totalCount nodes { documentId } pageInfo { endCursor } } }`;
interface Page {
  readonly mediaSearch: {
    readonly totalCount: number;
    readonly nodes: readonly { readonly documentId: string }[];
    readonly pageInfo: { readonly endCursor: string };
  } | null;
}

async function start() {
  const clock = new FakeClock();
  const jwt = { AUTH_MODE: 'jwt', AUTH_ISSUER: ISSUER, AUTH_AUDIENCE: AUDIENCE };
  const gateway = await startTestGateway(
    { charts: CHARTS, tokenLifetimeSeconds: 24 * 3600 },
    { ...jwt, AUTH_JWKS_FILE: await writeJwksFile() },
    clock,
  );
  const startedAt = Math.floor(clock.wallTime() / 1000);
  /** A token of so many seconds from the start on. */
  const tokenFor = (seconds: number, claims = {}) =>
    signToken({ claims: { iat: startedAt, exp: startedAt + seconds, ...claims } });
  return Object.assign(gateway, {
    clock,
    tokenFor,
    async askAs(token: string, variables = {}) {
      const headers = { authorization: `Bearer ${token}`, 'cache-control': 'max-age=100' };
      const before = gateway.redox.callCount;
      const { data, errors } = await gateway.ask<Page>(VISIT, variables, headers);
      const { totalCount, nodes, pageInfo } = data?.mediaSearch ?? {};
      return {
        calls: gateway.redox.callCount - before,
        codes: errors.map(({ extensions }) => extensions.code),
        totalCount,
        ids: nodes?.map(({ documentId }) => documentId),
        after: pageInfo?.endCursor,
      };
    },
  });
}

test('an answer does not outlive the token that it was read with, for questions and for cursors', async () => {
  await using gateway = await start();
  const [short, long] = await Promise.all([gateway.tokenFor(60), gateway.tokenFor(600)]);
  const first = await gateway.askAs(short);
  expect(first).toMatchObject({ calls: 1, totalCount: 3, ids: ['a-1'] });
  await gateway.clock.advance(59_000);
  expect(await gateway.askAs(long)).toMatchObject({ calls: 0, ids: ['a-1'] });
  expect(await gateway.askAs(long, { after: first.after })).toMatchObject({ calls: 0, ids: ['a-2'] });
  await gateway.clock.advance(1000);
  expect(await gateway.askAs(long, { after: first.after })).toMatchObject({ calls: 1, ids: ['a-2'] });
  // Within the tolerance for clocks, the token is still accepted, and nothing that it reads is remembered.
  const last = await gateway.askAs(short, { after: first.after });
  expect(last).toMatchObject({ calls: 1, ids: ['a-2'] });
  expect(await gateway.askAs(short, { after: last.after })).toMatchObject({ calls: 1, ids: ['b-1'] });
});

test('callers of other rights get nothing of it: fewer patients, fewer scopes, another destination', async () => {
  await using gateway = await start();
  const first = await gateway.askAs(await gateway.tokenFor(600));
  expect(first).toMatchObject({ calls: 1, totalCount: 3 });
  const others = [
    { redox_patients: ['MR|SYN-b'] },
    { redox_patients: ['MR|SYN-a'] },
    { redox_destinations: ['general'] },
    { scope: 'media:read content:read' },
  ];
  const totals = [];
  for (const claims of others) {
    const token = await gateway.tokenFor(600, claims);
    const own = await gateway.askAs(token);
    expect(own.calls).toBe(1);
    totals.push(own.totalCount);
    expect(await gateway.askAs(token)).toMatchObject({ calls: 0, totalCount: own.totalCount });
    const taken = await gateway.askAs(token, { after: first.after });
    expect(taken).toMatchObject({ calls: 0, ids: undefined });
    expect(['BAD_USER_INPUT', 'FORBIDDEN']).toContain(taken.codes[0]);
  }
  expect(totals).toEqual([1, 2, 3, 3]);
  expect(await gateway.askAs(await gateway.tokenFor(600))).toMatchObject({ calls: 0, totalCount: 3 });
});
