/** F7: files of 25 MB through content links, against passing on the replies that hold them. */
import { z } from 'zod';
import type { Server } from '../child.ts';
import type { Effort } from '../effort.ts';
import { atLeast, atMost, formatNumber as format, type Result } from '../result.ts';
import { median, medianRatio } from '../rounds.ts';
import { startFilesUpstream, startGateway, startRawReader, WATCHED } from '../systems.ts';
import { digestAll, postAll } from '../transfers.ts';

const FILES = { count: 4, bytes: 25_000_000 };
const AT_ONCE = 16;
const LINK = z.object({
  data: z.object({ media: z.object({ content: z.object({ url: z.string(), sha256: z.string() }) }) }),
});

/** One at a time: all in one operation would be one message, longer than Redox allows. */
async function linksOf(gateway: Server) {
  const links: { readonly url: string; readonly sha256: string }[] = [];
  for (let at = 0; at < FILES.count; at += 1) {
    const query = `{ media(documentId: "file-${at}") { content { url(expiresIn: 3600) sha256 } } }`;
    const [answer] = await postAll(gateway.ready['url'], JSON.stringify({ query }), 1);
    links.push(LINK.parse(JSON.parse(String(answer))).data.media.content);
  }
  return links;
}

export async function measureDownloads({ largeRounds }: Effort): Promise<Result[]> {
  await using upstream = await startFilesUpstream(FILES);
  await using gateway = await startGateway(upstream, WATCHED);
  await using raw = await startRawReader(upstream);
  const links = await linksOf(gateway);
  const passed = links.map((_, at) => `${raw.ready['url']}/pass/file-${at}`);
  const downloads = Math.ceil(100 / largeRounds);
  const rounds = { ours: [] as number[], raw: [] as number[] };
  let wrong = 0;
  for (let round = 0; round < largeRounds; round += 1) {
    const ours = await digestAll(
      links.map(({ url }) => url),
      { downloads, atOnce: AT_ONCE },
    );
    wrong += ours.digests.filter((digest, at) => digest !== links[at % links.length]?.sha256).length;
    rounds.ours.push(ours.seconds);
    rounds.raw.push((await digestAll(passed, { downloads, atOnce: AT_ONCE })).seconds);
  }
  const { peakRssBytes = Number.NaN, startRssBytes = Number.NaN } = await gateway.read();
  const growth = (peakRssBytes - startRssBytes) / 1e6;
  const speed = (seconds: readonly number[]) =>
    `${format((downloads * FILES.bytes) / median(seconds) / 1e6)} MB/s`;
  const ratio = medianRatio(rounds.raw, rounds.ours);
  const situation = `${downloads * largeRounds} downloads of 25 MB, 16 at a time`;
  const row = { figure: 'F7', reference: '', ratio: null };
  return [
    {
      figure: 'F7',
      situation,
      measured: speed(rounds.ours),
      reference: `the reply passed on as it is: ${speed(rounds.raw)} of file`,
      ratio,
      value: ratio,
      goal: atLeast(0.5),
    },
    {
      ...row,
      situation: `${situation}: wrong by SHA-256`,
      measured: format(wrong),
      value: wrong,
      goal: atMost(0),
    },
    {
      ...row,
      situation: `${situation}: growth of RSS`,
      measured: `${format(growth)} MB`,
      value: growth,
      goal: atMost(150),
    },
  ];
}
