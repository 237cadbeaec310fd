/** The two other subgraphs of Apollo's compatibility suite, as it ships them: each a process on a port of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { SUITE } from './products.ts';

export interface Neighbour {
  readonly name: string;
  readonly typeDefs: string;
  readonly url: string;
  close(): Promise<void>;
}

export async function startNeighbour(name: 'users' | 'inventory'): Promise<Neighbour> {
  const folder = `${SUITE}subgraphs/${name}/`;
  const port = await findFreePort();
  const child = spawn(process.execPath, [`${folder}index.js`], {
    env: { [`${name.toUpperCase()}_PORT`]: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await untilReady(child);
  return {
    name,
    typeDefs: readFileSync(`${folder}${name}.graphql`, 'utf8'),
    url: `http://127.0.0.1:${port}/`,
    async close() {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** They take no 0 for a port. */
async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function untilReady(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit').then(([code]) => {
    throw new Error(`a subgraph of the suite ended with ${code}`);
  });
  await Promise.race([once(child.stdout ?? child, 'data'), exited]);
}
