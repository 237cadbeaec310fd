/** Links that lead nowhere any more, are not ours, or another caller's: a status, fixed words, and no byte of a file. */
import { describe, expect, test } from 'vitest';
import type { AnswerHook, RawReply } from '../../../sandbox/sandbox.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { startTestGateway } from '../../support/gateway.ts';
import { chartDocument } from '../../support/own-chart.ts';
import { AUDIENCE, ISSUER, signToken, writeJwksFile } from '../callers/issuer.ts';
import { download, linkTo, someBytes } from './links.ts';

const [SMALL, LARGE] = [someBytes(900).toString('base64'), someBytes(3_000_000).toString('base64')];
const docOf = (name: string, fileContents: string) =>
  chartDocument(name, { documentId: 'doc', fileContents });

/** A gateway that keeps no files, a link to the document, and then another Redox. */
async function startChanging(fileContents: string, changed: ReturnType<AnswerHook>) {
  const hook: { answer: AnswerHook | undefined } = { answer: undefined };
  const gateway = await startTestGateway(
    { charts: [docOf('a', fileContents)], answer: (...query) => hook.answer?.(...query) },
    { RECENT_FILE_BYTES: '0' },
  );
  const link = await linkTo(gateway, 'doc');
  hook.answer = () => changed;
  return { link, [Symbol.asyncDispose]: () => gateway.close() };
}

describe.each([
  ['small', SMALL],
  ['large', LARGE],
])('of a %s file', (_, contents) => {
  const other = someBytes(Buffer.from(contents, 'base64').length, 9).toString('base64');

  test.each<[string, ReturnType<AnswerHook>, number, string]>([
    ['the document is gone', [], 404, 'The document is not there any more.'],
    [
      'the file is another one',
      [docOf('a', other)],
      409,
      'The file has changed since the link was made; ask for a new one.',
    ],
    [
      'the file is a reference now',
      [docOf('a', 'https://blob.example/1')],
      409,
      'The file has changed since the link was made; ask for a new one.',
    ],
    ["the document is another patient's", [docOf('b', other)], 404, 'The document is not there any more.'],
    ['Redox fails', { status: 500 }, 502, 'Redox cannot be reached at the moment.'],
    ['Redox refuses', { status: 403 }, 502, 'Redox or the destination refused the query.'],
    ['Redox is late', { status: 504 }, 504, 'Redox did not respond in time.'],
    [
      'Redox talks nonsense',
      { status: 200, body: '<html>' },
      502,
      expect.stringMatching(/^Redox sent a response/),
    ],
    ['the quota is used up', { status: 429 }, 429, expect.stringMatching(/^The quota/)],
  ])('%s', async (_, changed, status, message) => {
    await using started = await startChanging(contents, changed);
    for (const method of ['GET', 'HEAD']) {
      const answer = await download(started.link.url, {}, method);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([
        status,
        'application/json; charset=utf-8',
      ]);
      if (method === 'GET')
        expect(JSON.parse(answer.bytes.toString())).toMatchObject({ errors: [{ message }] });
    }
  });

  test('the same file, though what is said of it has changed, is given', async () => {
    const renamed = { ...docOf('a', contents), documentDescription: 'changed', documentType: 'Scan' };
    await using started = await startChanging(contents, [renamed]);
    expect((await download(started.link.url)).status).toBe(200);
  });
});

test("what begins like the file and goes on as another patient's breaks off before the other's bytes", async () => {
  const [own, others] = [someBytes(3_000_000), someBytes(3_000_000, 7)];
  const mixed = Buffer.concat([own.subarray(0, 1_500_000), others.subarray(0, 1_500_000)]);
  await using started = await startChanging(LARGE, [docOf('b', mixed.toString('base64'))]);
  const response = await fetch(started.link.url);
  const received: Buffer[] = [];
  const reading = (async () => {
    for await (const chunk of response.body ?? []) received.push(Buffer.from(chunk));
  })();
  await expect(reading).rejects.toThrow();
  const bytes = Buffer.concat(received);
  expect(bytes.length).toBeLessThanOrEqual(1_048_576);
  expect(bytes.equals(own.subarray(0, bytes.length))).toBe(true);
});

test("a file that is another patient's document now is never whole, though its bytes are those of the link", async () => {
  await using started = await startChanging(LARGE, [docOf('b', LARGE)]);
  const response = await fetch(started.link.url);
  await expect(response.arrayBuffer()).rejects.toThrow();
  expect((await download(started.link.url, { range: 'bytes=-5' })).status).toBe(404);
});

test.each([{}, { range: 'bytes=0-4' }, { range: 'bytes=-5' }])(
  'nor is anything given of a small one, asked for with %o',
  async (headers) => {
    await using started = await startChanging(SMALL, [docOf('b', SMALL)]);
    expect((await download(started.link.url, headers)).status).toBe(404);
  },
);

test('a reply that ends early breaks the connection, rather than pass for a whole file', async () => {
  const body = JSON.stringify({ Meta: {}, Media: [{ DocumentID: 'doc', FileContents: LARGE }] });
  const cut: RawReply = { status: 200, body: body.slice(0, 3_500_000) };
  await using started = await startChanging(LARGE, cut);
  const response = await fetch(started.link.url);
  await expect(response.arrayBuffer()).rejects.toThrow();
});

test.each([
  ['a changed letter', (url: string) => `${url.slice(0, -1)}${url.endsWith('A') ? 'B' : 'A'}`],
  ['nothing', (url: string) => url.replace(/[\w-]+$/, '')],
  ['something else', (url: string) => url.replace(/[\w-]+$/, 'x'.repeat(500))],
  ['more', (url: string) => `${url}A`],
])('with %s in place of its token a link is refused', async (_, spoil) => {
  await using gateway = await startTestGateway({ charts: [docOf('a', SMALL)] });
  const { url } = await linkTo(gateway, 'doc');
  const calls = await gateway.countCalls(async () => {
    const { status, bytes } = await download(spoil(url));
    expect([status, bytes.toString()]).toEqual([403, expect.stringContaining('"FORBIDDEN"')]);
  });
  expect(calls).toBe(0);
});

test('an id is no link, and neither is the link of a gateway with another secret', async () => {
  const charts = [docOf('a', SMALL)];
  await using gateway = await startTestGateway({ charts });
  await using other = await startTestGateway(
    { charts },
    { GATEWAY_SECRET: 'another secret of at least 32 bytes' },
  );
  const base = new URL('/content/', gateway.url).href;
  const { data } = await gateway.ask<{ media: { id: string } }>('{ media(documentId: "doc") { id } }');
  const foreign = (await linkTo(other, 'doc')).url.split('/').at(-1);
  for (const token of [data?.media.id, foreign]) expect((await download(`${base}${token}`)).status).toBe(403);
});

test('an expired link is 410, at no call', async () => {
  const clock = new FakeClock();
  await using gateway = await startTestGateway({ charts: [docOf('a', SMALL)] }, {}, clock);
  const { url } = await linkTo(gateway, 'doc', '(expiresIn: 1)');
  await clock.advance(999);
  expect((await download(url)).status).toBe(200);
  await clock.advance(1);
  const calls = await gateway.countCalls(async () => {
    const { status, bytes } = await download(url);
    expect([status, bytes.toString()]).toEqual([410, expect.stringContaining('The link has expired')]);
  });
  expect(calls).toBe(0);
});

test.each([0, -1, 3601, 2_147_483_647])('a link for %d seconds is not made', async (seconds) => {
  await using gateway = await startTestGateway({ charts: [docOf('a', SMALL)] });
  const { errors } = await gateway.ask(
    `{ media(documentId: "doc") { content { url(expiresIn: ${seconds}) } } }`,
  );
  expect(errors[0]?.extensions).toMatchObject({
    code: 'BAD_USER_INPUT',
    argument: 'expiresIn',
    problem: 'must be between 1 and 3600',
  });
});

describe('CONTENT_LINKS=bearer', () => {
  test("takes a link only with a token of the link's caller, with the same rights", async () => {
    await using gateway = await startTestGateway(
      { charts: [docOf('a', SMALL)] },
      {
        AUTH_MODE: 'jwt',
        AUTH_ISSUER: ISSUER,
        AUTH_AUDIENCE: AUDIENCE,
        AUTH_JWKS_FILE: await writeJwksFile(),
        CONTENT_LINKS: 'bearer',
      },
    );
    const scope = 'media:read content:read';
    const tokenOf = async (claims: object) => ({
      authorization: `Bearer ${await signToken({ claims: { scope, ...claims } })}`,
    });
    const { data } = await gateway.ask<{ media: { content: { url: string } } }>(
      '{ media(documentId: "doc") { content { url } } }',
      {},
      await tokenOf({}),
    );
    const url = data?.media.content.url ?? '';
    const statusWith = async (headers: Record<string, string>) => (await download(url, headers)).status;
    expect(await statusWith(await tokenOf({}))).toBe(200);
    expect(await statusWith(await tokenOf({ jti: 'a fresh one' }))).toBe(200);
    expect(await statusWith({})).toBe(401);
    expect(await statusWith({ authorization: 'Bearer x' })).toBe(401);
    expect(await statusWith(await tokenOf({ sub: 'somebody else' }))).toBe(403);
    expect(await statusWith(await tokenOf({ sub: undefined }))).toBe(403);
    expect(await statusWith(await tokenOf({ scope: 'media:read' }))).toBe(403);
    expect(await statusWith(await tokenOf({ redox_patients: ['MR|SYN-a'] }))).toBe(403);
  });
});
