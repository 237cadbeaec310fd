/** Creates the memory for answers of Redox with the limits of the settings, and reports how much it uses. */
import type { Clock } from '../clock.ts';
import type { Config } from '../config/config.ts';
import { type LiveFeeds, RecentAnswers } from '../media/recent/recent-answers.ts';
import { RecentFiles } from '../media/recent/recent-files.ts';
import type { GatewayMetrics } from '../telemetry/metrics.ts';

export interface RecentMemory {
  /** Null: nothing is remembered beyond an operation. */
  readonly answers: RecentAnswers | null;
  /** Null: no files are kept for links. */
  readonly files: RecentFiles | null;
}

export function createRecentMemory(
  { seconds, bytes, fileBytes }: Config['recent'],
  clock: Clock,
  metrics: Pick<GatewayMetrics, 'watchRecent'>,
  live?: LiveFeeds,
): RecentMemory {
  if (seconds === 0) return { answers: null, files: null };
  const ms = seconds * 1000;
  const answers = new RecentAnswers({ recentMs: ms, maxBytes: bytes, clock, live });
  const files = fileBytes > 0 ? new RecentFiles({ maxBytes: fileBytes, maxAgeMs: ms, clock }) : null;
  metrics.watchRecent(() => [
    ['page', answers.counts.page],
    ['question', answers.counts.question],
    ...(files === null ? [] : [['file', files.counts] as const]),
  ]);
  return { answers, files };
}
