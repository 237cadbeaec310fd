/** Files in memory after a write, a later reply, and by other names of their destination. */
import { describe, expect, test } from 'vitest';
import type { AnswerHook, ChartDocument } from '../../../sandbox/sandbox.ts';
import { Gate } from '../../support/gate.ts';
import { startTestGateway } from '../../support/gateway.ts';
import { askWell } from '../../support/own-chart.ts';
import { until } from '../../support/until.ts';
import { DELETE, deletion, REPLACE, saving } from '../../writes/inputs.ts';
import { AUDIENCE, ISSUER, signToken, writeJwksFile } from '../callers/issuer.ts';
import { download, downloadSlowly, type LinkedFile, linkTo, sha256Of } from './links.ts';
import { callsOf, docOf, fileOf, linkOf, listFiles } from './listed-files.ts';

describe('after a write', () => {
  const charts = [docOf('a', 1), docOf('a', 2), docOf('b', 1)];

  test('of the patient, whatever came of it, every file of its chart is asked for again, and no other patient’s', async () => {
    await using gateway = await startTestGateway({ charts });
    const files = await listFiles(gateway, 'a', 'b');
    await gateway.ask(DELETE, { input: deletion('a', { documentId: 'document-a-1' }) });
    expect((await download(linkOf(files, 'document-a-1').url)).status).toBe(404);
    expect(await callsOf(gateway, linkOf(files, 'document-a-2'))).toBe(1);
    expect(await callsOf(gateway, linkOf(files, 'document-b-1'))).toBe(0);
    gateway.redox.answerWrite = () => ({ status: 504 });
    await gateway.ask(DELETE, { input: deletion('b', { documentId: 'document-b-1' }) });
    expect(await callsOf(gateway, linkOf(files, 'document-b-1'))).toBe(1);
  });

  test('a link to what was replaced is 409, and one to what replaced it has its bytes', async () => {
    await using gateway = await startTestGateway({ charts });
    const old = await linkTo(gateway, 'document-a-1');
    const base64 = fileOf(99);
    const input = saving('a', {
      documentId: 'document-a-1',
      originalDocumentId: 'document-a-1',
      content: { base64 },
    });
    const { errors } = await gateway.ask(REPLACE, { input });
    expect(errors).toEqual([]);
    expect((await download(old.url)).status).toBe(409);
    const now = await linkTo(gateway, 'document-a-1');
    expect(now.sha256).toBe(sha256Of(Buffer.from(base64, 'base64')));
    expect(await callsOf(gateway, now)).toBe(0);
    expect((await download(old.url)).status).toBe(409);
  });

  test('that is still under way, nothing about its patient comes from memory', async () => {
    await using gateway = await startTestGateway({ charts });
    const files = await listFiles(gateway, 'a', 'b');
    const gate = new Gate();
    gateway.redox.answerWrite = async () => {
      await gate.passed;
      return undefined;
    };
    const writing = gateway.ask(DELETE, { input: deletion('a', { documentId: 'document-a-1' }) });
    await until(() => gateway.redox.inFlight === 1);
    const waiting = download(linkOf(files, 'document-a-1').url);
    expect(await callsOf(gateway, linkOf(files, 'document-b-1'))).toBe(0);
    gate.open();
    await writing;
    expect((await waiting).status).toBe(404);
  });

  test('what a query brought that was sent before it is not served after it', async () => {
    const gate = new Gate();
    let asked = 0;
    const answer: AnswerHook = async (_, documents) => {
      asked += 1;
      if (asked === 1) await gate.passed;
      return documents;
    };
    await using gateway = await startTestGateway({ charts, answer });
    const listing = linkTo(gateway, 'document-a-1');
    await until(() => asked === 1);
    await gateway.ask(DELETE, { input: deletion('a', { documentId: 'document-a-1' }) });
    gate.open();
    expect((await download((await listing).url)).status).toBe(404);
  });
});

test('a file that is forgotten while a slow caller reads it comes to its end', async () => {
  // More than the connection to the caller holds, with Linux's defaults.
  await using gateway = await startTestGateway({ charts: [docOf('a', 1, 12_000_000)] });
  const { url, sha256 } = await linkTo(gateway, 'document-a-1');
  const { response } = await downloadSlowly(url);
  await gateway.ask(DELETE, { input: deletion('a', { documentId: 'document-a-1' }) });
  expect((await download(url)).status).toBe(404);
  const received: Buffer[] = [];
  for await (const chunk of response) received.push(chunk);
  expect([response.headers.age, sha256Of(Buffer.concat(received))]).toEqual(['0', sha256]);
});

test('a later reply that has another file for the document makes a link to the earlier one 409', async () => {
  const hook: { answer: AnswerHook | undefined } = { answer: undefined };
  await using gateway = await startTestGateway({
    charts: [docOf('a', 1)],
    answer: (...query) => hook.answer?.(...query),
  });
  const earlier = await linkTo(gateway, 'document-a-1');
  const changed: ChartDocument = { ...docOf('a', 1), fileContents: fileOf(2) };
  hook.answer = () => [changed];
  const later = await linkTo(gateway, 'document-a-1');
  expect(await callsOf(gateway, later)).toBe(0);
  expect((await download(earlier.url)).status).toBe(409);
});

test('two aliases of one destination are one, and no other destination’s file is found', async () => {
  await using gateway = await startTestGateway({ charts: [docOf('a', 1)] }, ({ destinations }) => ({
    REDOX_DESTINATIONS: `one=${destinations['general']},two=${destinations['general']},other=${destinations['county']}`,
  }));
  const linkAt = async (destination: string) => {
    const query = `{ media(documentId: "document-a-1", destination: "${destination}") { content { url sha256 } } }`;
    return (await askWell<{ media: { content: LinkedFile } | null }>(gateway, query)).media?.content;
  };
  const one = await linkAt('one');
  const two = await linkAt('two');
  if (!one || !two) throw new Error('no links');
  await gateway.ask(DELETE, { input: deletion('a', { documentId: 'another', destinations: ['two'] }) });
  expect(await callsOf(gateway, one)).toBe(1);
  await linkAt('two');
  expect(await callsOf(gateway, one)).toBe(0);
});

test('with CONTENT_LINKS=bearer a file in memory is for its caller alone, with the rights that it had', async () => {
  const settings = {
    AUTH_MODE: 'jwt',
    AUTH_ISSUER: ISSUER,
    AUTH_AUDIENCE: AUDIENCE,
    AUTH_JWKS_FILE: await writeJwksFile(),
    CONTENT_LINKS: 'bearer',
  };
  await using gateway = await startTestGateway({ charts: [docOf('a', 1)] }, settings);
  const tokenOf = async (claims: object) => ({
    authorization: `Bearer ${await signToken({ claims: { scope: 'media:read content:read', ...claims } })}`,
  });
  const query = '{ media(documentId: "document-a-1") { content { url } } }';
  const { data } = await gateway.ask<{ media: { content: { url: string } } }>(query, {}, await tokenOf({}));
  const url = data?.media.content.url ?? '';
  const calls = await gateway.countCalls(async () => {
    expect((await download(url, await tokenOf({}))).status).toBe(200);
    expect((await download(url)).status).toBe(401);
    expect((await download(url, await tokenOf({ sub: 'another' }))).status).toBe(403);
    expect((await download(url, await tokenOf({ scope: 'media:read' }))).status).toBe(403);
    expect((await download(url, await tokenOf({ redox_patients: ['MR|SYN-a'] }))).status).toBe(403);
  });
  expect(calls).toBe(0);
});
