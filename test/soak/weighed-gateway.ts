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
let peakRssBytes = 0;
const look = () => {
  peakRssBytes = Math.max(peakRssBytes, process.memoryUsage.rss());
};
setInterval(look, 20);
process.on('message', () => {
  const loopDelayP99Ms = delay.percentile(99) / 1e6;
  look();
  const peak = peakRssBytes;
  // Twice: what the first finds, finalizers included, is gone with the second.
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed: heapBytes } = process.memoryUsage();
  const handles = process.getActiveResourcesInfo().length;
  process.send?.({ heapBytes, peakRssBytes: peak, handles, loopDelayP99Ms });
  delay.reset();
  peakRssBytes = 0;
});
process.on('disconnect', () => process.exit(0));
process.send?.({ url });
