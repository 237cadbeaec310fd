/** A document has the same link for a minute, so that browsers may show the file that they keep, where they may keep it. */
import { describe, expect, test } from 'vitest';
import type { AnswerHook } from '../../../sandbox/sandbox.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { startTestGateway } from '../../support/gateway.ts';
import { askWell, chartDocument, identifiersOf } from '../../support/own-chart.ts';
import { download, linkTo } from './links.ts';

const charts = [chartDocument('a', { documentId: 'doc' })];
const MINUTE_MS = 60_000;

/** At the beginning of a minute. */
const startAt = (clock: FakeClock, answer?: AnswerHook, settings = {}) =>
  startTestGateway({ charts, ...(answer && { answer }) }, settings, clock);

test('for a minute it is the same, however the document is reached, and in whatever order its identifiers are sent', async () => {
  const clock = new FakeClock();
  let isReversed = false;
  await using gateway = await startAt(clock, (_, documents) => {
    return documents.map((one) => ({
      ...one,
      identifiers: isReversed ? identifiersOf('a').reverse() : identifiersOf('a'),
    }));
  });
  await clock.advance(1000);
  const { url } = await linkTo(gateway, 'doc');
  isReversed = true;
  await clock.advance(MINUTE_MS - 1000);
  const query = `{ patient(identifiers: { value: "SYN-a", idType: "MR" }) { media { nodes { content { url } } } } }`;
  const { patient } = await askWell<{ patient: { media: { nodes: { content: { url: string } }[] } } }>(
    gateway,
    query,
  );
  expect(patient.media.nodes.map(({ content }) => content.url)).toEqual([url]);
  await clock.advance(1);
  expect((await linkTo(gateway, 'doc')).url).toBe(url);
  await clock.advance(999);
  expect((await linkTo(gateway, 'doc')).url).not.toBe(url);
});

describe.each([
  [300, 360],
  [60, 120],
  [59, 118],
  [7, 14],
  [1, 2],
])('a link for %d seconds', (expiresIn, most) => {
  test.each([0, 1, 29_999, 59_999])(
    'that is made %d ms after the minute is good for as long, and for less than %d s more',
    async (ms) => {
      const clock = new FakeClock();
      await using gateway = await startAt(clock);
      await clock.advance(ms);
      const { url } = await linkTo(gateway, 'doc', `(expiresIn: ${expiresIn})`);
      await clock.advance(expiresIn * 1000 - 1000);
      expect((await download(url)).status).toBe(200);
      await clock.advance((most - expiresIn) * 1000 + 1000);
      expect((await download(url)).status).toBe(410);
    },
  );
});

test('with CONTENT_CACHE=private browsers keep a file until its link expires, and nothing else', async () => {
  const clock = new FakeClock();
  await using gateway = await startAt(clock, undefined, { CONTENT_CACHE: 'private' });
  await clock.advance(1000);
  const { url, sha256 } = await linkTo(gateway, 'doc');
  const saidOf = async (headers: Record<string, string> = {}, method = 'GET') =>
    (await download(url, headers, method)).headers.get('cache-control');
  expect(await saidOf()).toBe('private, max-age=359');
  expect(await saidOf({ range: 'bytes=0-1' })).toBe('private, max-age=359');
  expect(await saidOf({}, 'HEAD')).toBe('private, max-age=359');
  expect(await saidOf({ 'if-none-match': `"${sha256}"` })).toBe('private, max-age=359');
  expect(await saidOf({ 'if-match': '"other"' })).toBe('private, no-store');
  await clock.advance(358_500);
  expect(await saidOf()).toBe('private, max-age=0');
  await clock.advance(500);
  expect(await saidOf()).toBe('private, no-store');
});
