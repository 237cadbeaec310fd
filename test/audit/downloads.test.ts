/** Uses of content links in the audit trail: who had the link, whose file, what came of it, before a byte leaves. */
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { AnswerHook } from '../../sandbox/sandbox.ts';
import { AUDIENCE, ISSUER, signToken, writeJwksFile } from '../http/callers/issuer.ts';
import { download, linkTo, someBytes } from '../http/content/links.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { startTestGateway } from '../support/gateway.ts';
import { chartDocument } from '../support/own-chart.ts';

const LARGE = someBytes(3_000_000).toString('base64');
const charts = [
  chartDocument('a', { documentId: 'small' }),
  chartDocument('a', { documentId: 'large', fileContents: LARGE }),
];

interface Line {
  readonly operation: { readonly name: string | null };
  readonly subject: string | null;
  readonly patient: string;
  readonly outcome: string;
  readonly code: string | null;
  readonly items: number;
}

interface UpstreamOf {
  /** Absent of what Redox was asked for. */
  readonly ageSeconds?: number;
  readonly calls: readonly string[];
  readonly redoxLogIds: readonly string[];
}

const newFile = async () => join(await mkdtemp(join(tmpdir(), 'audit-')), 'audit.jsonl');

async function downloadsIn(path: string): Promise<(Line & UpstreamOf)[]> {
  const lines = (await readFile(path, 'utf8')).split('\n').filter(Boolean);
  return lines
    .map((line) => JSON.parse(line) as Line & UpstreamOf)
    .filter(({ operation }) => operation.name === 'content');
}

const summary = ({ outcome, code, items }: Line) => [outcome, code, items];

test('each use is one record, by the same patient hash as a query by that identifier', async () => {
  const file = await newFile();
  const hook: { answer: AnswerHook | undefined } = { answer: undefined };
  const clock = new FakeClock();
  await using gateway = await startTestGateway(
    { charts, answer: (...query) => hook.answer?.(...query) },
    { AUDIT_FILE: file, RECENT_FILE_BYTES: '0' },
    clock,
  );
  const [small, large, short] = [
    await linkTo(gateway, 'small'),
    await linkTo(gateway, 'large'),
    await linkTo(gateway, 'small', '(expiresIn: 1)'),
  ];
  await gateway.ask('{ patient(identifiers: { value: "SYN-a", idType: "MR" }) { media { totalCount } } }');
  const [{ patient }] = JSON.parse(`[${(await readFile(file, 'utf8')).trim().split('\n').at(-1)}]`) as [Line];
  await download(small.url);
  await download(large.url);
  await download(small.url, { range: 'bytes=0-3' });
  await download(small.url, {}, 'HEAD');
  await download(small.url, { 'if-none-match': '*' });
  expect((await download(small.url, { range: 'bytes=999-' })).status).toBe(416);
  expect((await download(small.url, { 'if-match': '"other"' })).status).toBe(412);
  hook.answer = () => [];
  await download(small.url);
  hook.answer = () => ({ status: 500 });
  await clock.advanceUntil(download(large.url));
  await clock.advance(1000);
  await download(short.url);
  const lines = await downloadsIn(file);
  expect(lines.map(summary)).toEqual([
    ...Array.from({ length: 5 }, () => ['answered', null, 1]),
    ['refused', 'BAD_USER_INPUT', 0],
    ['refused', 'BAD_USER_INPUT', 0],
    ['empty', null, 0],
    ['failed', 'UPSTREAM_UNAVAILABLE', 0],
    ['refused', 'FORBIDDEN', 0],
  ]);
  expect(new Set(lines.map((line) => line.patient))).toEqual(new Set([patient]));
});

test('a file from memory is an access like any other, of some age, by the call that brought it', async () => {
  const file = await newFile();
  const clock = new FakeClock();
  await using gateway = await startTestGateway({ charts }, { AUDIT_FILE: file }, clock);
  const { url } = await linkTo(gateway, 'small');
  await clock.advance(5999);
  await download(url);
  await download(url, {}, 'HEAD');
  await download(url, { 'cache-control': 'no-cache' });
  const [listed] = JSON.parse(`[${(await readFile(file, 'utf8')).split('\n')[0]}]`) as [UpstreamOf];
  expect(listed).toMatchObject({
    calls: [expect.any(String)],
    redoxLogIds: [expect.any(String)],
  });
  const of = ({ calls, redoxLogIds }: UpstreamOf) => ({ calls, redoxLogIds });
  const lines = await downloadsIn(file);
  expect(lines.map(summary)).toEqual(Array(3).fill(['answered', null, 1]));
  expect(listed.ageSeconds).toBeUndefined();
  expect(lines.map((line) => [line.ageSeconds, of(line)])).toEqual([
    [5, of(listed)],
    [5, of(listed)],
    [undefined, { calls: [expect.any(String)], redoxLogIds: [expect.any(String)] }],
  ]);
});

test('what asks Redox is an access by a call of its own, with its log ids where they came before the file left', async () => {
  const file = await newFile();
  const hook: { answer: AnswerHook | undefined } = { answer: undefined };
  const clock = new FakeClock();
  await using gateway = await startTestGateway(
    { charts, answer: (...query) => hook.answer?.(...query) },
    { AUDIT_FILE: file, RECENT_FILE_BYTES: '0' },
    clock,
  );
  const [small, large] = [await linkTo(gateway, 'small'), await linkTo(gateway, 'large')];
  await download(small.url);
  await download(small.url, {}, 'HEAD');
  await download(large.url);
  hook.answer = () => ({ status: 500 });
  await clock.advanceUntil(download(small.url));
  hook.answer = () => [];
  await download(small.url);
  const lines = await downloadsIn(file);
  const upstream = lines.map(({ outcome, calls, redoxLogIds }) => [
    outcome,
    calls.length,
    redoxLogIds.length,
  ]);
  expect(upstream).toEqual([
    ['answered', 1, 1],
    ['answered', 1, 1],
    // It leaves while its reply is being read, and the log ids are at the end of that.
    ['answered', 1, 0],
    ['failed', expect.any(Number), 0],
    ['empty', 1, 1],
  ]);
  expect(lines[3]?.calls.length).toBeGreaterThan(1);
  expect(new Set(lines.flatMap(({ calls }) => calls)).size).toBe(lines.flatMap(({ calls }) => calls).length);
});

test('a link speaks for who asked for it; with CONTENT_LINKS=bearer, the caller for itself', async () => {
  const jwt = {
    AUTH_MODE: 'jwt',
    AUTH_ISSUER: ISSUER,
    AUTH_AUDIENCE: AUDIENCE,
    AUTH_JWKS_FILE: await writeJwksFile(),
  };
  const tokenOf = async (sub: string) => ({
    authorization: `Bearer ${await signToken({ claims: { sub, scope: 'media:read content:read' } })}`,
  });
  for (const links of ['capability', 'bearer']) {
    const file = await newFile();
    await using gateway = await startTestGateway(
      { charts },
      { ...jwt, AUDIT_FILE: file, CONTENT_LINKS: links },
    );
    const { data } = await gateway.ask<{ media: { content: { url: string } } }>(
      '{ media(documentId: "small") { content { url } } }',
      {},
      await tokenOf('asker'),
    );
    const url = data?.media.content.url ?? '';
    await download(url, await tokenOf('asker'));
    await download(url, await tokenOf('other'));
    expect((await downloadsIn(file)).map(({ subject, outcome }) => [subject, outcome])).toEqual(
      links === 'bearer'
        ? [
            ['asker', 'answered'],
            ['other', 'refused'],
          ]
        : [
            ['asker', 'answered'],
            ['asker', 'answered'],
          ],
    );
  }
});

test('while it cannot be written no file leaves, unless that is wanted', async () => {
  for (const [onFailure, status] of [
    ['refuse', 503],
    ['continue', 200],
  ] as const) {
    // The sandbox's own trail is good until the link is made.
    await using gateway = await startTestGateway({ charts }, { AUDIT_ON_FAILURE: 'continue' });
    const { url } = await linkTo(gateway, 'small');
    const token = url.split('/').at(-1);
    await using full = await startTestGateway(
      { charts },
      { AUDIT_FILE: '/dev/full', AUDIT_ON_FAILURE: onFailure },
    );
    const answer = await download(new URL(`/content/${token}`, full.url).href);
    expect(answer.status).toBe(status);
  }
});
