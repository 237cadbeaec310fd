/** A gateway in a process of its own that can be asked what it weighs. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

export interface Weight {
  /** After garbage has been collected. */
  readonly heapBytes: number;
  /** The most that the process has had in memory since the last reading, as seen every 20 ms. */
  readonly peakRssBytes: number;
  readonly handles: number;
  /** Since the last reading. */
  readonly loopDelayP99Ms: number;
}

/** `flags`: of Node, beside `--expose-gc`. */
export async function startGatewayChild(
  env: Readonly<Record<string, string>>,
  flags: readonly string[] = [],
) {
  const child = fork(fileURLToPath(new URL('weighed-gateway.ts', import.meta.url)), {
    env: { ...env, LOG_LEVEL: 'silent' },
    execArgv: ['--expose-gc', ...flags],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [{ url }] = (await once(child, 'message')) as [{ url: string }];
  return {
    url,
    async read(): Promise<Weight> {
      child.send('read');
      const [weight] = (await once(child, 'message')) as [Weight];
      return weight;
    },
  };
}
