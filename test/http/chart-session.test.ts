/** A minute with one chart costs what its first list costs: pages, pictures, a recording and polls come from what Redox answered. */
import { expect, test } from 'vitest';
import { FakeClock } from '../support/fake-clock.ts';
import { startTestGateway } from '../support/gateway.ts';
import { chartDocument } from '../support/own-chart.ts';

const MEDIA = `query ($after: String) { patient(identifiers: { value: "SYN-a", idType: "MR" }) {
  media(first: 20, after: $after) { totalCount nodes { documentId content { url sha256 byteLength } } pageInfo { endCursor } } } }`;
interface Chart {
  readonly patient: {
    readonly media: {
      readonly totalCount: number;
      readonly nodes: readonly { readonly documentId: string; readonly content: { readonly url: string } }[];
      readonly pageInfo: { readonly endCursor: string };
    };
  };
}

const fileOf = (at: number) => Buffer.from(`synthetic file ${at} ${'.'.repeat(2000)}`);
const charts = Array.from({ length: 60 }, (_, at) =>
  chartDocument('a', {
    documentId: `doc-${at}`,
    serviceDateTime: `2026-01-01T00:00:${`${at}`.padStart(2, '0')}Z`,
    fileContents: fileOf(at).toString('base64'),
  }),
);

test('three pages, 25 files, five parts of one, one revalidated, and ten polls are one Media Query', async () => {
  const clock = new FakeClock();
  await using gateway = await startTestGateway({ charts, tokenLifetimeSeconds: 24 * 3600 }, {}, clock);
  const calls = await gateway.countCalls(async () => {
    const nodes: Chart['patient']['media']['nodes'][number][] = [];
    let after: string | undefined;
    for (let page = 0; page < 3; page += 1) {
      const { data, errors } = await gateway.ask<Chart>(MEDIA, { after });
      expect(errors).toEqual([]);
      nodes.push(...(data?.patient.media.nodes ?? []));
      after = data?.patient.media.pageInfo.endCursor;
      await clock.advance(1000);
    }
    expect(nodes.map(({ documentId }) => documentId)).toEqual(charts.map((_, at) => `doc-${59 - at}`));
    for (const { documentId, content } of nodes.slice(0, 25)) {
      const response = await fetch(content.url);
      const file = fileOf(Number(documentId.split('-')[1]));
      expect(Buffer.from(await response.arrayBuffer()).equals(file)).toBe(true);
    }
    const recording = nodes[30]?.content.url ?? '';
    for (let part = 0; part < 5; part += 1) {
      const range = `bytes=${part * 100}-${part * 100 + 99}`;
      const response = await fetch(recording, { headers: { range } });
      expect([response.status, await response.text()]).toEqual([
        206,
        fileOf(29)
          .toString()
          .slice(part * 100, part * 100 + 100),
      ]);
    }
    const shown = await fetch(nodes[0]?.content.url ?? '', { method: 'HEAD' });
    const headers = { 'if-none-match': shown.headers.get('etag') ?? '' };
    expect((await fetch(nodes[0]?.content.url ?? '', { headers })).status).toBe(304);
    for (let poll = 0; poll < 10; poll += 1) {
      await clock.advance(5000);
      const { data } = await gateway.ask<Chart>(MEDIA, {}, { 'cache-control': 'max-age=60' });
      expect(data?.patient.media.totalCount).toBe(60);
    }
  });
  expect(calls).toBe(1);
});
