/** Links that are used at once share a Media Query, and each gets what it would get alone: at its own pace, and with its own failures. */
import { describe, expect, test } from 'vitest';
import type { RawItem } from '../../../sandbox/sandbox.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { startTestGateway } from '../../support/gateway.ts';
import { askWell } from '../../support/own-chart.ts';
import { until } from '../../support/until.ts';
import { download, downloadSlowly, type LinkedFile, linkTo, sha256Of, someBytes } from './links.ts';
import {
  all,
  charts,
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

/** As Redox may send it: the contents before what names the document. */
function rawOf(id: string, file: Buffer): RawItem {
  const Identifiers = [
    { ID: 'SYN-a', IDType: 'MR' },
    { ID: 'e-a', IDType: 'EHRID' },
  ];
  return {
    raw: { FileContents: file.toString('base64'), FileType: 'TXT', DocumentID: id, Patient: { Identifiers } },
  };
}

test('ten links at once are one Media Query, byte for byte', async () => {
  await using started = await startShared();
  const { gateway, links } = started;
  expect(outcomesOf(links, await together(gateway, 10, () => downloadAll(links)))).toEqual(all(200));
  expect(listsIn(gateway)).toEqual([IDS]);
});

test('also where the contents come before the ids, and the documents in another order', async () => {
  await using started = await startShared();
  const { gateway, links } = started;
  const answer = () => IDS.map((id, at) => rawOf(id, FILES[at] ?? LARGE)).toReversed();
  const got = await together(gateway, 10, () => downloadAll(links), answer);
  // The document is known again by its id and patient, though what it says is less than before.
  expect(outcomesOf(links, got)).toEqual(all(200));
  expect(listsIn(gateway)).toEqual([IDS]);
});

test('whole files, parts of them, and the same one twice share it too', async () => {
  await using started = await startShared();
  const { gateway, links, large } = started;
  const ranges: [LinkedFile, string, Buffer][] = [
    [large, 'bytes=0-9', LARGE.subarray(0, 10)],
    [large, 'bytes=7000000-', LARGE.subarray(7_000_000)],
    [links[0] ?? large, 'bytes=-5', (FILES[0] ?? LARGE).subarray(-5)],
  ];
  const [whole, parts] = await together(gateway, 13, () =>
    Promise.all([
      downloadAll(links),
      Promise.all(ranges.map(([{ url }, range]) => download(url, { range }))),
    ]),
  );
  expect(outcomesOf(links, whole)).toEqual(all(200));
  expect(parts.map(({ status }) => status)).toEqual([206, 206, 206]);
  expect(parts.map(({ bytes }, at) => bytes.equals(ranges[at]?.[2] ?? LARGE))).toEqual([true, true, true]);
  expect(listsIn(gateway)).toEqual([[...IDS, 'large']]);
});

test('HEAD and 304 of several documents share one of their own', async () => {
  await using started = await startShared();
  const { gateway, links } = started;
  const got = await together(gateway, 10, () =>
    Promise.all(
      links.map(({ url, sha256 }, at) =>
        at % 2 === 0 ? download(url, {}, 'HEAD') : download(url, { 'if-none-match': `"${sha256}"` }),
      ),
    ),
  );
  expect(got.map(({ status }) => status)).toEqual(IDS.map((_, at) => (at % 2 === 0 ? 200 : 304)));
  expect(listsIn(gateway)).toEqual([IDS]);
});

test('documents of one patient that have no id are asked for once', async () => {
  await using started = await startShared();
  const { gateway } = started;
  const query = `{ patient(identifiers: { value: "SYN-c", idType: "MR" }) { media { nodes { content { url sha256 byteLength } } } } }`;
  const { patient } = await askWell<{ patient: { media: { nodes: { content: LinkedFile }[] } } }>(
    gateway,
    query,
  );
  const links = patient.media.nodes.map(({ content }) => content);
  expect(outcomesOf(links, await together(gateway, 3, () => downloadAll(links)))).toEqual([200, 200, 200]);
  expect(listsIn(gateway)).toEqual(['all']);
});

describe('a caller that', () => {
  test('reads nothing holds up no other, and gets every byte when it goes on', async () => {
    await using started = await startShared();
    const { gateway, links, large } = started;
    const { slow, got } = await together(gateway, 11, () => ({
      slow: downloadSlowly(large.url),
      got: downloadAll(links),
    }));
    expect(outcomesOf(links, await got)).toEqual(all(200));
    // Redox is done, too: its slot is free for others.
    await until(() => gateway.redox.inFlight === 0);
    expect(outcomesOf(links, await downloadAll(links))).toEqual(all(200));
    const chunks: Buffer[] = [];
    for await (const chunk of (await slow).response) chunks.push(chunk);
    expect(sha256Of(Buffer.concat(chunks))).toBe(large.sha256);
    expect(listsIn(gateway)[0]).toEqual([...IDS, 'large']);
  });

  test('reads nothing loses its connection within two windows, as one that came alone', async () => {
    const clock = new FakeClock();
    await using started = await startShared({}, clock);
    const { gateway, links, large } = started;
    const { slow, got } = await together(gateway, 11, () => ({
      slow: downloadSlowly(large.url),
      got: downloadAll(links),
    }));
    expect(outcomesOf(links, await got)).toEqual(all(200));
    const { response, closed } = await slow;
    await clock.advance(30_000);
    response.resume();
    await closed;
    expect(response.complete).toBe(false);
  });

  test('leaves takes nothing away from the others', async () => {
    await using started = await startShared();
    const { gateway, links, large } = started;
    const leaving = new AbortController();
    const gate = Promise.withResolvers<void>();
    const { left, got } = await together(
      gateway,
      11,
      () => ({
        left: fetch(large.url, { signal: leaving.signal }).catch(() => 'left'),
        got: downloadAll(links),
      }),
      () => gate.promise.then(() => undefined),
    );
    await until(() => gateway.redox.calls.length === 1);
    leaving.abort();
    expect(await left).toBe('left');
    gate.resolve();
    expect(outcomesOf(links, await got)).toEqual(all(200));
    expect(listsIn(gateway)).toEqual([[...IDS, 'large']]);
  });

  test('is the last to leave ends the call', async () => {
    await using started = await startShared();
    const { gateway, links } = started;
    const leaving = new AbortController();
    const { left } = await together(
      gateway,
      10,
      () => ({ left: Promise.allSettled(links.map(({ url }) => fetch(url, { signal: leaving.signal }))) }),
      () => new Promise(() => undefined),
    );
    await until(() => gateway.redox.calls.length === 1);
    leaving.abort();
    expect((await left).map(({ status }) => status)).toEqual(IDS.map(() => 'rejected'));
    // Else the one slot would stay taken.
    gateway.redox.answer = undefined;
    expect((await download(links[0]?.url ?? '')).status).toBe(200);
  });
});

test('a file of more than 8 MiB has a call of its own', async () => {
  const huge = someBytes(8 * 1024 * 1024 + 1);
  await using gateway = await startTestGateway({ charts: [...charts, documentOf('huge', huge)] }, SLOT);
  const links = [await linkTo(gateway, 'huge'), await linkTo(gateway, 'd0'), await linkTo(gateway, 'd1')];
  expect(outcomesOf(links, await together(gateway, 3, () => downloadAll(links)))).toEqual([200, 200, 200]);
  expect(listsIn(gateway).sort()).toEqual([['d0', 'd1'], ['huge']]);
});

test('with BATCH_SCOPE=operation each download has a call of its own', async () => {
  await using started = await startShared({ BATCH_SCOPE: 'operation' });
  const { gateway, links } = started;
  expect(outcomesOf(links, await together(gateway, 10, () => downloadAll(links)))).toEqual(all(200));
  expect(listsIn(gateway).flat().sort()).toEqual(IDS);
  expect(gateway.redox.callCount).toBeGreaterThanOrEqual(10);
});
