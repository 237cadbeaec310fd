/** M1 and M2: what a chart session costs with memory and without, and how fast its files come from memory. */
import { z } from 'zod';
import { spendSession } from '../../test/support/chart-session.ts';
import type { Server } from '../child.ts';
import type { Effort } from '../effort.ts';
import { atLeast, atMost, formatNumber as format, type Result } from '../result.ts';
import { median, medianRatio } from '../rounds.ts';
import { startGateway, startUpstream } from '../systems.ts';
import { digestAll, postAll } from '../transfers.ts';

const UPSTREAM = { latencyMs: 50, isSession: true } as const;
const WITHOUT = { RECENT_SECONDS: '0' };
/** As many as browsers open to one origin. */
const AT_ONCE = 6;
const ROUNDS = 5;
const LISTED = z.object({ content: z.object({ url: z.string(), sha256: z.string() }) });
const LIST = z.object({
  data: z.object({ patient: z.object({ media: z.object({ nodes: z.array(LISTED) }) }) }),
});
const QUERY = `{ patient(identifiers: { value: "SYN-session", idType: "MR" }) {
  media { nodes { content { url(expiresIn: 3600) sha256 } } } } }`;

export async function measureSession(): Promise<Result[]> {
  const before = await sessionOf(WITHOUT);
  const after = await sessionOf({});
  const row = { figure: 'M1', ratio: null };
  const describe = ({ calls, bytes }: Session) => `${calls} calls, ${format(bytes / 1e6)} MB from Redox`;
  const wrong = before.wrong + after.wrong;
  return [
    {
      ...row,
      situation: `chart session: 60 documents of 200 kB, 3 pages, 60 files, 5 parts, 10 polls (${after.requests} requests)`,
      measured: describe(after),
      reference: `RECENT_SECONDS=0: ${describe(before)}`,
      ratio: after.calls / before.calls,
      value: after.calls,
      goal: atMost(2),
    },
    {
      ...row,
      situation: 'wrong responses of both',
      measured: format(wrong),
      reference: '',
      value: wrong,
      goal: atMost(0),
    },
  ];
}

export async function measureFilesFromMemory({ largeRounds }: Effort): Promise<Result[]> {
  await using upstream = await startUpstream(UPSTREAM);
  await using remembering = await startGateway(upstream);
  await using asking = await startGateway(upstream, WITHOUT);
  const [kept, asked] = [await linksOf(remembering), await linksOf(asking)];
  const seconds = { kept: [] as number[], asked: [] as number[] };
  let wrong = 0;
  const measure = async (links: readonly Link[]) => {
    const urls = links.map(({ url }) => url);
    const round = await digestAll(urls, { downloads: urls.length, atOnce: AT_ONCE });
    wrong += round.digests.filter((digest, at) => digest !== links[at]?.sha256).length;
    return round.seconds;
  };
  for (let round = 0; round < Math.min(ROUNDS, largeRounds); round += 1) {
    seconds.kept.push(await measure(kept));
    seconds.asked.push(await measure(asked));
  }
  const ratio = medianRatio(seconds.asked, seconds.kept);
  const situation = '60 files of 200 kB by their links, 6 at a time, upstream 50 ms';
  return [
    {
      figure: 'M2',
      situation: `${situation}, from memory`,
      measured: `${format(median(seconds.kept) * 1000)} ms`,
      reference: `asking Redox: ${format(median(seconds.asked) * 1000)} ms`,
      ratio,
      value: ratio,
      goal: atLeast(5),
    },
    {
      figure: 'M2',
      situation: `${situation}: wrong by SHA-256`,
      measured: format(wrong),
      reference: '',
      ratio: null,
      value: wrong,
      goal: atMost(0),
    },
  ];
}

interface Session {
  readonly requests: number;
  readonly wrong: number;
  readonly calls: number;
  readonly bytes: number;
}

/** Each with a Redox of its own, whose calls are its alone. */
async function sessionOf(settings: Record<string, string>): Promise<Session> {
  await using upstream = await startUpstream(UPSTREAM);
  await using gateway = await startGateway(upstream, settings);
  const url = gateway.ready['url'] ?? '';
  const spent = await spendSession(url, () => Promise.resolve());
  const { calls = Number.NaN } = await upstream.read();
  return { ...spent, calls, bytes: await replyBytesOf(url) };
}

async function replyBytesOf(url: string): Promise<number> {
  const text = await (await fetch(new URL('/metrics', url))).text();
  const samples = text.matchAll(/^redox_media_reply_bytes_total\{.*\} (?<bytes>\d+)$/gm);
  return samples.reduce((sum, { groups }) => sum + Number(groups?.['bytes']), 0);
}

type Link = z.infer<typeof LISTED>['content'];

async function linksOf(gateway: Server): Promise<Link[]> {
  const [answer] = await postAll(gateway.ready['url'], JSON.stringify({ query: QUERY }), 1);
  return LIST.parse(JSON.parse(String(answer))).data.patient.media.nodes.map(({ content }) => content);
}
