/** The embedded Redox that all measured programs ask. UPSTREAM_OPTIONS: `latencyMs` and `quota` as JSON. */
import { z } from 'zod';
import { startSandbox } from '../../sandbox/sandbox.ts';
import { settingsFor } from '../../test/support/settings.ts';
import { announce } from '../child-messages.ts';
import { createCharts } from '../workload.ts';

const OPTIONS = z.object({
  latencyMs: z.number(),
  quota: z.object({ calls: z.number(), windowMs: z.number() }).optional(),
});

const { latencyMs, quota } = OPTIONS.parse(JSON.parse(process.env['UPSTREAM_OPTIONS'] ?? '{}'));
let accepted = 0;
const sandbox = await startSandbox({
  latencyMs,
  ...(quota && { quota }),
  charts: createCharts(),
  // Longer than any benchmark: the references hold one token.
  tokenLifetimeSeconds: 86_400,
  maxRecordedCalls: 1,
  answer: (_, documents) => {
    accepted += 1;
    return documents;
  },
});
const { apiKey, apiSecret } = sandbox.credentials;
announce({ ...settingsFor(sandbox), BENCH_API_KEY: apiKey, BENCH_API_SECRET: apiSecret }, () => ({
  calls: sandbox.callCount,
  refused: sandbox.callCount - accepted,
}));
