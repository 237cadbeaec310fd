/** What is read from a remembered answer is an access like any other: its line says how old it was, and where it came from. */
import { expect, test } from 'vitest';
import { download, linkTo, sha256Of } from '../http/content/links.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { startTestGateway } from '../support/gateway.ts';
import { chartDocument } from '../support/own-chart.ts';
import { linesOf, newFile } from './lines.ts';

const MEDIA = `query ($after: String) { patient(identifiers: { value: "SYN-a", idType: "MR" }) {
  media(first: 1, after: $after) { nodes { documentId } pageInfo { endCursor } } } }`;

test.each(['json', 'fhir'])('a line of what is remembered says how old it is (%s)', async (format) => {
  const file = await newFile();
  const clock = new FakeClock();
  const charts = ['1', '2'].map((documentId) => chartDocument('a', { documentId }));
  const settings = { AUDIT_FILE: file, AUDIT_FORMAT: format };
  await using gateway = await startTestGateway({ charts, tokenLifetimeSeconds: 24 * 3600 }, settings, clock);
  const first = await gateway.ask<{ patient: { media: { pageInfo: { endCursor: string } } } }>(MEDIA);
  await clock.advance(10_900);
  await gateway.ask(MEDIA, { after: first.data?.patient.media.pageInfo.endCursor });
  await clock.advance(1000);
  await gateway.ask(MEDIA, {}, { 'cache-control': 'max-age=60' });
  const [asked, page, question] = await linesOf(file);
  expect(asked).toMatchObject({ outcome: 'answered', items: 2, calls: [expect.any(String)] });
  expect(asked).not.toHaveProperty('ageSeconds');
  const same = { outcome: 'answered', items: 2, calls: asked?.calls, redoxLogIds: asked?.['redoxLogIds'] };
  expect(page).toMatchObject({ ...same, ageSeconds: 10 });
  expect(question).toMatchObject({ ...same, ageSeconds: 11 });
});

test('so does that of a file from memory: whole, a part, by HEAD, and one that the caller has', async () => {
  const file = await newFile();
  const clock = new FakeClock();
  const charts = [chartDocument('a', { documentId: '1' })];
  await using gateway = await startTestGateway(
    { charts, tokenLifetimeSeconds: 24 * 3600 },
    { AUDIT_FILE: file },
    clock,
  );
  const { url, sha256 } = await linkTo(gateway, '1');
  await clock.advance(10_900);
  const calls = await gateway.countCalls(async () => {
    expect(sha256Of((await download(url)).bytes)).toBe(sha256);
    expect((await download(url, { range: 'bytes=2-3' })).status).toBe(206);
    expect((await download(url, {}, 'HEAD')).status).toBe(200);
    expect((await download(url, { 'if-none-match': `"${sha256}"` })).status).toBe(304);
  });
  expect(calls).toBe(0);
  await download(url, { 'cache-control': 'no-cache' });
  const [listed, ...uses] = await linesOf(file);
  const kept = {
    operation: { name: 'content' },
    outcome: 'answered',
    items: 1,
    calls: listed?.calls,
    redoxLogIds: listed?.['redoxLogIds'],
    ageSeconds: 10,
  };
  expect(listed?.calls).toEqual([expect.any(String)]);
  expect(uses).toHaveLength(5);
  for (const use of uses.slice(0, 4)) expect(use).toMatchObject(kept);
  expect(uses[4]).toMatchObject({ operation: { name: 'content' }, outcome: 'answered', items: 1 });
  expect(uses[4]).not.toHaveProperty('ageSeconds');
});
