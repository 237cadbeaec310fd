/** The embedded Redox that all measured programs ask. UPSTREAM_OPTIONS: `latencyMs`, `charts`, `isSession` and `quota` as JSON. */
import { z } from 'zod';
import { startSandbox } from '../../sandbox/sandbox.ts';
import { RollingQuota } from '../../sandbox/server/quota.ts';
import { createSessionChart } from '../../test/support/chart-session.ts';
import { settingsFor } from '../../test/support/settings.ts';
import { announce } from '../child-messages.ts';
import { createCharts } from '../workload.ts';

const OPTIONS = z.object({
  latencyMs: z.number(),
  charts: z.object({ fileBytes: z.number(), sizes: z.array(z.literal([5, 10])) }).optional(),
  isSession: z.boolean().optional(),
  quota: z.object({ calls: z.number(), windowMs: z.number(), retryAfter: z.string().optional() }).optional(),
});

const { latencyMs, charts, isSession, quota } = OPTIONS.parse(
  JSON.parse(process.env['UPSTREAM_OPTIONS'] ?? '{}'),
);
// The embedded Redox's own 429 says no time; some gateways in front of Redox do.
const retryAfter = quota?.retryAfter;
const timed = quota && retryAfter !== undefined ? new RollingQuota(quota, Date.now) : null;
const headers = { 'retry-after': retryAfter ?? '' };
let accepted = 0;
const sandbox = await startSandbox({
  latencyMs,
  ...(quota && timed === null && { quota }),
  charts: isSession ? createSessionChart() : createCharts(charts),
  // Longer than any benchmark: the references hold one token.
  tokenLifetimeSeconds: 86_400,
  maxRecordedCalls: 1,
  answer: (_, documents) => {
    if (timed?.admit() === false) return { status: 429, headers };
    accepted += 1;
    return documents;
  },
});
const { apiKey, apiSecret } = sandbox.credentials;
announce({ ...settingsFor(sandbox), BENCH_API_KEY: apiKey, BENCH_API_SECRET: apiSecret }, () => ({
  calls: sandbox.callCount,
  refused: sandbox.callCount - accepted,
}));
