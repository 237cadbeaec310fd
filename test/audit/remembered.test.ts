/** What is read from a remembered answer is an access like any other: its line says how old it was, and where it came from. */
import { expect, test } from 'vitest';
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
