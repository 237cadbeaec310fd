/** U1: files of 30 MB on their way to Redox: what they add to the process, and whether they arrive as they were. */
import { hash } from 'node:crypto';
import { Pool } from 'undici';
import { z } from 'zod';
import type { Server } from '../child.ts';
import { atMost, formatNumber as format, type Result } from '../result.ts';
import { startFilesUpstream, startGateway, WATCHED } from '../systems.ts';

const FILE_BYTES = 30_000_000;
const [MANY, AT_ONCE] = [50, 8];
const ANSWER = z.object({ byteLength: z.number(), sha256: z.string() });

export async function measureUploads(): Promise<Result[]> {
  await using upstream = await startFilesUpstream({ count: 1, bytes: 1000 });
  await using gateway = await startGateway(upstream, WATCHED);
  const { origin } = new URL(gateway.ready['url'] ?? '');
  const pool = new Pool(origin, { connections: AT_ONCE });
  const file = Buffer.alloc(FILE_BYTES, 'synthetic file ');
  const expected = hash('sha256', file);
  const upload = async (bytes: Buffer) => {
    const headers = { 'content-type': 'application/octet-stream' };
    const { statusCode, body } = await pool.request({
      method: 'POST',
      path: '/uploads',
      headers,
      body: bytes,
    });
    const answer = ANSWER.safeParse(await body.json());
    if (statusCode !== 201 || !answer.success) throw new Error('an upload was refused');
  };
  // Code is compiled and connections are open.
  for (let at = 0; at < AT_ONCE; at += 1) await upload(file.subarray(0, 1_000_000));
  const single = await growthOf(gateway, () => upload(file));
  let next = 0;
  const many = await growthOf(gateway, async () => {
    const work = async () => {
      while (next++ < MANY) await upload(file);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  });
  await pool.close();
  const { uploads = 0, differentUploads = 0, newestUpload = 0 } = await upstream.read();
  // One file to warm up, and one all the other times.
  const isRight = differentUploads === 2 && newestUpload === Number.parseInt(expected.slice(0, 12), 16);
  const wrong = isRight ? AT_ONCE + 1 + MANY - uploads : uploads;
  const row = (situation: string, value: number, unit: string, most: number): Result => {
    const measured = `${format(value)}${unit}`;
    return { figure: 'U1', situation, measured, reference: '', ratio: null, value, goal: atMost(most) };
  };
  return [
    row('one upload of 30 MB: growth of RSS', single / 1e6, ' MB', 16),
    row(`${MANY} uploads of 30 MB, ${AT_ONCE} at a time: growth of RSS`, many / 1e6, ' MB', 100),
    row('uploads that did not arrive as they were', wrong, '', 0),
  ];
}

async function growthOf(server: Server, work: () => Promise<void>): Promise<number> {
  const { rssBytes = Number.NaN } = await server.read();
  await work();
  const { recentRssBytes = Number.NaN } = await server.read();
  return recentRssBytes - rssBytes;
}
