/** What the benchmark and its servers tell each other, and the servers' side of it. */

import { monitorEventLoopDelay } from 'node:perf_hooks';

export type Texts = Readonly<Record<string, string>>;
export type Numbers = Readonly<Record<string, number>>;

export function isTexts(message: unknown): message is Texts {
  return isRecordOf(message, 'string');
}

export function isNumbers(message: unknown): message is Numbers {
  return isRecordOf(message, 'number');
}

/** Tells the benchmark that this process serves, answers its readings, and ends when it does. */
export function announce(ready: Texts, readCounters: () => Numbers = () => ({})): void {
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.({ cpuMs: (user + system) / 1000, ...readCounters() });
  });
  process.on('disconnect', () => process.exit(0));
  process.send?.(ready);
}

/**
 * What the process weighs: at its start, now, at its heaviest since the last reading and ever; and how late its event loop
 * was since the last reading.
 */
export function processCounters(): () => Numbers {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const startRssBytes = process.memoryUsage.rss();
  let sampledRssBytes = startRssBytes;
  const sampling = setInterval(() => {
    sampledRssBytes = Math.max(sampledRssBytes, process.memoryUsage.rss());
  }, 5);
  sampling.unref();
  return () => {
    const loopDelayP99Ms = delay.percentile(99) / 1e6;
    delay.reset();
    const rssBytes = process.memoryUsage.rss();
    const recentRssBytes = Math.max(sampledRssBytes, rssBytes);
    sampledRssBytes = rssBytes;
    const peakRssBytes = process.resourceUsage().maxRSS * 1024;
    return { startRssBytes, rssBytes, recentRssBytes, peakRssBytes, loopDelayP99Ms };
  };
}

function isRecordOf(message: unknown, kind: 'string' | 'number'): boolean {
  return (
    typeof message === 'object' &&
    message !== null &&
    Object.values(message).every((one) => typeof one === kind)
  );
}
