/** F5 and F6: replies of 40 MB of which only metadata is asked, against reading and dropping the same replies. */

import type { Server } from '../child.ts';
import type { Effort } from '../effort.ts';
import { atLeast, atMost, formatNumber as format, ofSpeed, type Result } from '../result.ts';
import { median, medianRatio } from '../rounds.ts';
import { startFilesUpstream, startGateway, startRawReader, WATCHED } from '../systems.ts';
import { getAll, postAll } from '../transfers.ts';

/** 4 × 10 MB as base64: 40 MB on the wire, just below Redox's limit of a message. */
const FILES = { count: 4, bytes: 7_860_000 };
const MESSAGE_BYTES = FILES.count * (FILES.bytes / 3) * 4;
const CALLS_AT_ONCE = 16;
const OPERATION = JSON.stringify({
  query:
    '{ patient(identifiers: { value: "SYN-files", idType: "MR" }) { media { nodes { documentId fileName } } } }',
});

export async function measureContents({ largeRounds }: Effort): Promise<Result[]> {
  await using upstream = await startFilesUpstream(FILES);
  // Operations that share a call would read 16 times as fast.
  await using gateway = await startGateway(upstream, { ...WATCHED, BATCH_SCOPE: 'operation' });
  await using discard = await startRawReader(upstream);
  await using parse = await startRawReader(upstream);
  const run = {
    ours: (at: number) => timed(gateway, () => postAll(gateway.ready['url'], OPERATION, at)),
    discard: (at: number) => timed(discard, () => getAll(`${discard.ready['url']}/discard`, at)),
    parse: (at: number) => timed(parse, () => getAll(`${parse.ready['url']}/parse`, at)),
  };
  const rounds = { ours: [] as Round[], discard: [] as Round[], parse: [] as Round[] };
  for (const way of ['ours', 'discard', 'parse'] as const) await run[way](1);
  for (let round = 0; round < largeRounds; round += 1) {
    for (const way of ['ours', 'discard', 'parse'] as const) rounds[way].push(await run[way](CALLS_AT_ONCE));
  }
  return describe(rounds);
}

interface Round {
  readonly seconds: number;
  readonly growthBytes: number;
  readonly loopDelayP99Ms: number;
}

/** How long it took, and what it did to the server's process. */
async function timed(server: Server, work: () => Promise<unknown>): Promise<Round> {
  const before = await server.read();
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1000;
  const after = await server.read();
  return {
    seconds,
    growthBytes: (after['peakRssBytes'] ?? Number.NaN) - (before['startRssBytes'] ?? Number.NaN),
    loopDelayP99Ms: after['loopDelayP99Ms'] ?? Number.NaN,
  };
}

function describe({
  ours,
  discard,
  parse,
}: Record<'ours' | 'discard' | 'parse', readonly Round[]>): Result[] {
  const seconds = ({ seconds }: Round) => seconds;
  const speed = (rounds: readonly Round[]) =>
    `${format((CALLS_AT_ONCE * MESSAGE_BYTES) / median(rounds.map(seconds)) / 1e9)} GB/s`;
  const growth = (rounds: readonly Round[]) =>
    Math.max(...rounds.map(({ growthBytes }) => growthBytes)) / 1e6;
  const delay = (rounds: readonly Round[]) => median(rounds.map(({ loopDelayP99Ms }) => loopDelayP99Ms));
  const ratio = medianRatio(discard.map(seconds), ours.map(seconds));
  const parsedRatio = medianRatio(parse.map(seconds), ours.map(seconds));
  const more = growth(ours) - growth(discard);
  const situation = '16 replies of 40 MB at once, metadata selected';
  return [
    {
      figure: 'F5',
      situation,
      measured: speed(ours),
      reference: `undici, read and dropped: ${speed(discard)}`,
      ratio,
      value: ratio,
      goal: atLeast(0.8),
    },
    {
      figure: 'F5',
      situation,
      measured: speed(ours),
      reference: `undici and JSON.parse: ${speed(parse)}`,
      ratio: parsedRatio,
      value: parsedRatio,
      goal: null,
    },
    {
      figure: 'F5',
      situation: `${situation}: growth of RSS beyond that of dropping them`,
      measured: `${format(growth(ours))} MB, so ${format(more)} MB more`,
      reference: `dropped: ${format(growth(discard))} MB; parsed: ${format(growth(parse))} MB`,
      ratio: null,
      value: more,
      goal: atMost(48),
    },
    {
      figure: 'F6',
      situation: `event-loop delay p99 meanwhile`,
      measured: `${format(delay(ours))} ms`,
      reference: `dropped: ${format(delay(discard))} ms; parsed: ${format(delay(parse))} ms`,
      ratio: null,
      value: delay(ours),
      goal: ofSpeed(atMost(20)),
    },
  ];
}
