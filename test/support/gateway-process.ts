/** The gateway as its users run it: a process of its own, with no environment but what the test gives it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { SEEDED_CHARTS } from '../../sandbox/charts/seeded-charts.ts';
import { plantCanaries, watchAnswers, watchText } from './canaries.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** As `npm start` gives them. */
const FLAGS = ['--expose-gc', '--no-allocation-site-pretenuring'];
const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

export interface GatewayProcess {
  readonly child: ChildProcess;
  readonly output: { stdout: string; stderr: string };
  /** Exit code and signal, when it has ended and all its output has been read. */
  readonly ended: Promise<readonly [number | null, NodeJS.Signals | null]>;
}

/** `command` and its arguments: the program itself by default. */
export function spawnGateway(
  env: Readonly<Record<string, string>>,
  [command, ...args]: readonly [string, ...string[]] = [process.execPath, ...FLAGS, MAIN],
): GatewayProcess {
  const child = spawn(command, args, { env, cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
    watchText(text);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
    watchText(text);
  });
  const ended = once(child, 'close').then(([code, signal]) => [code, signal] as const);
  return { child, output, ended };
}

/** Waits for its `listening` line; `url` is what that says. */
export async function startGatewayProcess(
  env: Readonly<Record<string, string>> = {},
  command?: readonly [string, ...string[]],
): Promise<GatewayProcess & { readonly url: string }> {
  const gateway = spawnGateway({ PORT: '0', AUDIT_FILE: '/dev/null', ...env }, command);
  const { child, output, ended } = gateway;
  for (;;) {
    const listening = eventsOf(output.stdout).find(({ event }) => event === 'listening');
    if (typeof listening?.['url'] === 'string') {
      plantCanaries(SEEDED_CHARTS);
      onTestFinished(watchAnswers(listening['url']));
      return { ...gateway, url: listening['url'] };
    }
    const more = await Promise.race([once(child.stdout ?? child, 'data'), ended.then(() => null)]);
    if (more === null) throw new Error(`The gateway ended before it listened: ${output.stderr}`);
  }
}

/** The complete lines of a log. */
export function eventsOf(stdout: string): readonly Record<string, unknown>[] {
  const lines = stdout.split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}
