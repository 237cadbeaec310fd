/**
 * What reading large replies costs at least: for each request one undici call to BENCH_URL, whose body is read and
 * dropped (`/discard`), kept whole and parsed (`/parse`), or passed on as it is (`/pass`).
 */
import { createServer, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { Pool } from 'undici';
import { announce, processCounters } from '../child-messages.ts';

const pool = new Pool(process.env['BENCH_URL'] ?? '', { connections: 64, bodyTimeout: 0, headersTimeout: 0 });
const headers = { 'content-type': 'application/json' };

const server = createServer(async (request, response) => {
  request.resume();
  const [, way = '', id] = (request.url ?? '').split('/');
  const message = JSON.stringify(id ? { DocumentIDs: [id] } : {});
  const { body } = await pool.request({ method: 'POST', path: '/endpoint', headers, body: message });
  if (way === 'pass') return void (await pipeline(body, response));
  if (way === 'parse') return end(response, Object.keys(Object(await body.json())).length);
  let length = 0;
  for await (const chunk of body) length += chunk.length;
  end(response, length);
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  announce({ url: `http://127.0.0.1:${address.port}` }, processCounters());
});

function end(response: ServerResponse, length: number): void {
  response.end(JSON.stringify({ data: length }));
}
