/** A server in a process of its own: started, read and ended by the benchmark, which it never shares a CPU clock with. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { isNumbers, isTexts, type Numbers, type Texts } from './child-messages.ts';

export interface Server extends AsyncDisposable {
  /** What the server said when it was ready, such as its url. */
  readonly ready: Texts;
  /** Counters since its start; `cpuMs` is always among them. */
  read(): Promise<Numbers>;
}

/** Where CPU profiles of the servers go, if anywhere; see `npm run bench -- --profile`. */
const profileFolder = process.argv.find((argument) => argument.startsWith('--profile='))?.slice(10);

/** `module`: a file of this folder. `settings`: its whole environment, beside PATH. `isTuned`: with the flags of `npm start`. */
export async function startServer(
  module: string,
  settings: Texts = {},
  { isTuned } = { isTuned: true },
): Promise<Server> {
  const child = fork(new URL(module, import.meta.url), {
    // What people set in production; without it Apollo Server sends stack traces.
    env: { PATH: process.env['PATH'], NODE_ENV: 'production', ...settings },
    execArgv: [
      // As the gateway is started; the references too, so that none has an advantage.
      ...(isTuned ? ['--expose-gc', '--no-allocation-site-pretenuring'] : []),
      ...(profileFolder ? ['--cpu-prof', `--cpu-prof-dir=${profileFolder}/${nameOf(module)}`] : []),
    ],
    // Logs are written, as in production, and discarded.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ready = await receive(child, isTexts);
  return {
    ready,
    read() {
      child.send('read');
      return receive(child, isNumbers);
    },
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}

function nameOf(module: string): string {
  return module.replace(/^.*\/(?<name>[^/]+)\.ts$/, '$<name>');
}

/** The next message; rejects when the process ends instead. */
function receive<T>(child: ChildProcess, isExpected: (message: unknown) => message is T): Promise<T> {
  return new Promise((resolve, reject) => {
    const onExit = () => reject(new Error('a server of the benchmark has ended unexpectedly'));
    child.once('exit', onExit);
    child.once('message', (message: unknown) => {
      child.off('exit', onExit);
      if (isExpected(message)) resolve(message);
      else reject(new Error('a server of the benchmark sent an unexpected message'));
    });
  });
}
