/** Run as a process: see gateway-child.ts. */

import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createSystemClock } from '../../src/clock.ts';
import { parseConfig } from '../../src/config/config.ts';
import { startGateway } from '../../src/gateway.ts';
import { createLog } from '../../src/telemetry/log.ts';

const config = await parseConfig(process.env);
const { url } = await startGateway(config, createSystemClock(), createLog(config.logLevel));
const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
process.on('message', () => {
  const loopDelayP99Ms = delay.percentile(99) / 1e6;
  // Twice: what the first finds, finalizers included, is gone with the second.
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed: heapBytes } = process.memoryUsage();
  process.send?.({ heapBytes, handles: process.getActiveResourcesInfo().length, loopDelayP99Ms });
  delay.reset();
});
process.on('disconnect', () => process.exit(0));
process.send?.({ url });
