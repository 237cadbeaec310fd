/** Downloads that share a Media Query fail one by one, and only those of equal rights share one. */
import { describe, expect, test } from 'vitest';
import type { AnswerHook } from '../../../sandbox/sandbox.ts';
import { holdAnswers } from '../../support/gate.ts';
import { startTestGateway } from '../../support/gateway.ts';
import { chartDocument } from '../../support/own-chart.ts';
import { readMetrics } from '../../support/read-metrics.ts';
import { until } from '../../support/until.ts';
import { AUDIENCE, ISSUER, signToken, writeJwksFile } from '../callers/issuer.ts';
import { download, type LinkedFile } from './links.ts';
import {
  all,
  documentOf,
  downloadAll,
  FILES,
  IDS,
  LARGE,
  listsIn,
  outcomesOf,
  SLOT,
  startShared,
  together,
} from './shared-links.ts';

describe('each fails alone', () => {
  test.each<[string, AnswerHook, Readonly<Record<number, number>>]>([
    [
      'a document that is gone',
      (_, found) => found.filter(({ documentId }) => documentId !== 'd3'),
      { 3: 404 },
    ],
    [
      'a file that has changed',
      (_, found) => found.map((one) => (one.documentId === 'd3' ? { ...one, fileContents: 'AAAA' } : one)),
      { 3: 409 },
    ],
    [
      'two files that have changed places',
      (_, found) =>
        found.map((one) => {
          const other = { d3: FILES[4], d4: FILES[3] }[one.documentId ?? ''];
          return other ? { ...one, fileContents: other.toString('base64') } : one;
        }),
      { 3: 409, 4: 409 },
    ],
    [
      "a document that is another patient's now",
      (_, found) =>
        found.map((one) =>
          one.documentId === 'd3' ? { ...one, identifiers: [{ id: 'SYN-z', idType: 'MR' }] } : one,
        ),
      { 3: 404 },
    ],
    [
      'a document that Redox refuses',
      ({ documentIds }) => (documentIds?.includes('d3') ? { status: 400, body: '' } : undefined),
      { 3: 502 },
    ],
    [
      'a document that makes every reply too late',
      ({ documentIds }) => (documentIds?.includes('d3') ? { status: 504, body: '' } : undefined),
      { 3: 504 },
    ],
  ])('%s', async (_, answer, others) => {
    await using started = await startShared();
    const { gateway, links } = started;
    const got = await together(gateway, 10, () => downloadAll(links), answer);
    expect(outcomesOf(links, got)).toEqual(all(200, others));
    expect(gateway.redox.calls.length).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(10)) + 1);
  });

  test('a document that comes without its id is asked for again, and then known by what was asked', async () => {
    await using started = await startShared();
    const { gateway, links } = started;
    const nameless = (found: Parameters<AnswerHook>[1]) =>
      found.map((one) => (one.documentId === 'd3' ? { ...one, documentId: null } : one));
    const alone = await together(
      gateway,
      1,
      () => downloadAll(links.slice(3, 4)),
      (_, found) => nameless(found),
    );
    const got = await together(
      gateway,
      10,
      () => downloadAll(links),
      (_, found) => nameless(found),
    );
    expect(outcomesOf(links, got)).toEqual(all(200, { 3: alone[0]?.status ?? 0 }));
  });
});

test('a connection to Redox that breaks costs one call more, and no byte', async () => {
  await using started = await startShared();
  const { gateway, links } = started;
  let calls = 0;
  const got = await together(
    gateway,
    10,
    () => downloadAll(links),
    () => {
      calls += 1;
      return calls === 1 ? { status: 503, body: '' } : undefined;
    },
  );
  expect(outcomesOf(links, got)).toEqual(all(200));
  expect(listsIn(gateway)).toEqual([IDS, IDS]);
});

test('links of other rights, or for other patients, never share a call', async () => {
  await using gateway = await startTestGateway(
    {
      charts: [
        documentOf('d0', FILES[0] ?? LARGE),
        documentOf('d1', FILES[1] ?? LARGE),
        chartDocument('b', { documentId: 'held' }),
        chartDocument('b', { documentId: 'd0' }),
      ],
    },
    {
      ...SLOT,
      AUTH_MODE: 'jwt',
      AUTH_ISSUER: ISSUER,
      AUTH_AUDIENCE: AUDIENCE,
      AUTH_JWKS_FILE: await writeJwksFile(),
    },
  );
  const linkOf = async (documentId: string, ...patients: string[]) => {
    const scope = {
      scope: 'media:read content:read',
      ...(patients.length > 0 && { redox_patients: patients }),
    };
    const query = `{ media(documentId: "${documentId}") { content { url sha256 byteLength } } }`;
    const headers = { authorization: `Bearer ${await signToken({ claims: scope })}` };
    const { data } = await gateway.ask<{ media: { content: LinkedFile } }>(query, {}, headers);
    return data?.media.content ?? { url: '', sha256: '', byteLength: 0 };
  };
  const links = [
    await linkOf('d1'),
    await linkOf('d0', 'MR|SYN-a'),
    await linkOf('d1', 'MR|SYN-a'),
    await linkOf('d0', 'MR|SYN-b'),
    await linkOf('d1', 'EHRID|e-a'),
  ];
  gateway.redox.calls.length = 0;
  using gate = holdAnswers(gateway.redox);
  const held = download(links[0]?.url ?? '', {}, 'HEAD');
  await until(() => gateway.redox.inFlight === 1);
  const got = downloadAll(links);
  await until(async () => (await readMetrics(gateway.url)).get('waiting_needs{destination="general"}') === 5);
  gateway.redox.calls.length = 0;
  gate.open();
  await held;
  expect(outcomesOf(links, await got)).toEqual([200, 200, 200, 200, 200]);
  const filters = gateway.redox.calls.map(({ query }) => {
    const { Patients, DocumentIDs } = query as {
      Patients?: { Identifiers: { ID: string }[] }[];
      DocumentIDs: string[];
    };
    return `${Patients?.map(({ Identifiers: [one] }) => one?.ID) ?? 'all'}: ${DocumentIDs.toSorted()}`;
  });
  expect(filters.sort()).toEqual(['SYN-a: d0,d1', 'SYN-b: d0', 'all: d1', 'e-a: d1']);
});
