/** A real Redis of a test's own: Debian's server, in memory only, on a port that stays its own when it is stopped. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { createClient } from '@redis/client';
import { portOf } from '../redox/upstream.ts';
import { REDIS } from '../support/programs.ts';
import { until } from '../support/until.ts';

export interface TestRedis extends AsyncDisposable {
  readonly url: string;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Its connections stay, and nothing is answered any more. */
  hang(): void;
  /** What it was asked meanwhile is answered. */
  goOn(): void;
  /** It forgets everything. */
  flush(): Promise<void>;
  /** The reply to a command. */
  send(...command: string[]): Promise<unknown>;
  /** Its keys of one kind. */
  keys(kind: string): Promise<readonly string[]>;
  /** How long a key still lives. */
  restMs(key: string): Promise<number>;
  /** Everything that is in it, as text. */
  dump(): Promise<string>;
}

export async function startRedis(): Promise<TestRedis> {
  const port = await findFreePort();
  let child: ChildProcess | undefined;
  const redis: TestRedis = {
    url: `redis://127.0.0.1:${port}`,
    async start() {
      const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
      child = spawn(REDIS.path, options, { stdio: 'ignore' });
      await until(() => answers(port));
    },
    hang() {
      child?.kill('SIGSTOP');
    },
    goOn() {
      child?.kill('SIGCONT');
    },
    async stop() {
      if (child === undefined) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      child = undefined;
      await ended;
    },
    async flush() {
      await ask(port, ['FLUSHALL']);
    },
    async send(...command) {
      const client = createClient({ url: redis.url });
      try {
        await client.connect();
        return await client.sendCommand(command);
      } finally {
        client.destroy();
      }
    },
    async keys(kind) {
      const reply = await ask(port, ['KEYS', `redox-media:${kind}:*`]);
      return reply.split('\r\n').filter((line) => line.startsWith('redox-media:'));
    },
    async restMs(key) {
      return Number((await ask(port, ['PTTL', key])).split('\r\n')[0]?.slice(1));
    },
    async dump() {
      const keys = await redis.keys('*');
      const values = keys.map((key) => ask(port, commandFor(key)));
      return [...keys, ...(await Promise.all(values))].join('\n');
    },
    [Symbol.asyncDispose]: () => redis.stop(),
  };
  await redis.start();
  return redis;
}

function commandFor(key: string): readonly string[] {
  if (key.includes('quota')) return ['ZRANGE', key, '0', '-1'];
  if (key.includes('events-series')) return ['HGETALL', key];
  return key.includes('write-order') || key.includes('events:') ? ['XRANGE', key, '-', '+'] : ['GET', key];
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const port = portOf(server.address());
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function answers(port: number): Promise<boolean> {
  return ask(port, ['PING']).then(
    (answer) => answer.startsWith('+PONG'),
    () => false,
  );
}

/** One command and its raw answer. */
function ask(port: number, command: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      answer += text;
    });
    socket.on('end', () => resolve(answer)).on('error', reject);
    const parts = command.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`);
    socket.write(`*${parts.length}\r\n${parts.join('')}`);
    socket.write('*1\r\n$4\r\nQUIT\r\n');
  });
}
