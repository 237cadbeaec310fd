/** Clients for large responses: they read them as they come and keep nothing of them. */
import { createHash } from 'node:crypto';
import { Pool, request } from 'undici';

/** The bodies of `times` equal operations, all sent at once. @throws when one is no data. */
export function postAll(url: string | undefined, body: string, times: number): Promise<Buffer[]> {
  const headers = { 'content-type': 'application/json' };
  return sendAll(times, async () => {
    const answer = await request(url ?? '', { method: 'POST', headers, body });
    return Buffer.from(await answer.body.arrayBuffer());
  });
}

export function getAll(url: string, times: number): Promise<Buffer[]> {
  return sendAll(times, async () => Buffer.from(await (await request(url)).body.arrayBuffer()));
}

async function sendAll(times: number, send: () => Promise<Buffer>): Promise<Buffer[]> {
  const answers = await Promise.all(Array.from({ length: times }, send));
  for (const answer of answers) {
    if (!answer.includes('"data"') || answer.includes('"errors"'))
      throw new Error('a large reply was answered wrongly');
  }
  return answers;
}

/** SHA-256 of what each URL in turn leads to, for so many downloads, so many at once. */
export async function digestAll(
  urls: readonly string[],
  { downloads, atOnce }: { readonly downloads: number; readonly atOnce: number },
): Promise<{ readonly digests: readonly string[]; readonly seconds: number }> {
  const pools = new Map<string, Pool>();
  const poolOf = (origin: string) => {
    const pool = pools.get(origin) ?? new Pool(origin, { connections: atOnce });
    pools.set(origin, pool);
    return pool;
  };
  const digests: string[] = [];
  let next = 0;
  const work = async () => {
    for (let at = next++; at < downloads; at = next++) {
      const { origin, pathname } = new URL(urls[at % urls.length] ?? '');
      const { body } = await poolOf(origin).request({ method: 'GET', path: pathname });
      const sha256 = createHash('sha256');
      for await (const chunk of body) sha256.update(chunk);
      digests[at] = sha256.digest('hex');
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: atOnce }, work));
  const seconds = (performance.now() - start) / 1000;
  for (const pool of pools.values()) await pool.close();
  return { digests, seconds };
}
