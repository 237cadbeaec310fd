/**
 * A Redox that does nothing but send files, as fast as it can: one patient, whose documents are made by the benchmark's
 * UPSTREAM_FILES (how many, of how many decoded bytes). It also takes uploads, and sums them up. The embedded Redox prints replies anew; here that would be measured.
 */
import { createHash, generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import { seededRandom } from '../../sandbox/random.ts';
import { TEST_SECRET } from '../../test/support/settings.ts';
import { announce } from '../child-messages.ts';

const FILES = z.object({ count: z.number(), bytes: z.number() });
const QUERY = z.object({ DocumentIDs: z.array(z.string()).optional() });
const PATIENT = { Identifiers: [{ ID: 'SYN-files', IDType: 'MR' }] };

const { count, bytes } = FILES.parse(JSON.parse(process.env['UPSTREAM_FILES'] ?? '{}'));
const entries = Array.from({ length: count }, (_, at) => {
  const random = seededRandom(at + 1);
  const file = Buffer.alloc(bytes);
  for (let to = 0; to + 4 <= bytes; to += 4) file.writeInt32LE(random.integer(-(2 ** 31), 2 ** 31 - 1), to);
  const id = `file-${at}`;
  const document = { Patient: PATIENT, DocumentID: id, FileType: 'MP4', FileName: id };
  const head = `${JSON.stringify(document).slice(0, -1)},"FileContents":"`;
  return { id, text: Buffer.from(`${head}${file.toString('base64')}"}`) };
});

const all = replyOf(entries);
const single = new Map(entries.map((entry) => [entry.id, replyOf([entry])]));
let calls = 0;
const uploads: string[] = [];
const server = createServer(async (request, response) => {
  if (request.url === '/upload') return void (await takeUpload(request, response));
  const body = request.url === '/endpoint' ? await answer(await json(request)) : grantToken();
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
  response.end(body);
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  const url = `http://127.0.0.1:${address.port}`;
  announce({ ...settingsFor(url), BENCH_URL: url }, () => ({
    calls,
    uploads: uploads.length,
    differentUploads: new Set(uploads).size,
    // As much of the newest as a number holds.
    newestUpload: Number.parseInt(uploads.at(-1)?.slice(0, 12) ?? '0', 16),
  }));
});

/** Remembers what has arrived: the SHA-256 of the form without its frame. */
async function takeUpload(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const boundary = /boundary=(.+)$/.exec(request.headers['content-type'] ?? '')?.[1] ?? '';
  const tailLength = `\r\n--${boundary}--\r\n`.length;
  const left = { inHead: true, bytes: Buffer.alloc(0) };
  const sha256 = createHash('sha256');
  for await (const chunk of request) {
    left.bytes = Buffer.concat([left.bytes, chunk]);
    if (left.inHead) {
      const end = left.bytes.indexOf('\r\n\r\n');
      if (end < 0) continue;
      left.bytes = left.bytes.subarray(end + 4);
      left.inHead = false;
    }
    const sure = Math.max(0, left.bytes.length - tailLength);
    sha256.update(left.bytes.subarray(0, sure));
    left.bytes = left.bytes.subarray(sure);
  }
  uploads.push(sha256.digest('hex'));
  response.writeHead(201, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ URI: `http://127.0.0.1/${uploads.length}` }));
}

async function answer(message: unknown): Promise<Buffer> {
  calls += 1;
  const [id] = QUERY.parse(message).DocumentIDs ?? [];
  return (id !== undefined && single.get(id)) || all;
}

function grantToken(): Buffer {
  return Buffer.from(JSON.stringify({ access_token: 'synthetic', token_type: 'Bearer', expires_in: 86_400 }));
}

function replyOf(some: readonly { readonly text: Buffer }[]): Buffer {
  const parts = some.flatMap(({ text }, at) => (at > 0 ? [Buffer.from(','), text] : [text]));
  return Buffer.concat([Buffer.from('{"Meta":{"DataModel":"Media"},"Media":['), ...parts, Buffer.from(']}')]);
}

function settingsFor(url: string): Record<string, string> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    PORT: '0',
    AUDIT_FILE: '/dev/null',
    AUTH_MODE: 'none',
    GATEWAY_SECRET: TEST_SECRET,
    REDOX_API_URL: url,
    REDOX_UPLOAD_URL: `${url}/upload`,
    REDOX_CLIENT_ID: 'synthetic',
    REDOX_KEY_ID: 'synthetic',
    REDOX_PRIVATE_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString().trim(),
    REDOX_DESTINATIONS: 'general=6a1f0c84-2b7d-4e93-8c55-10d4e7b93a21',
  };
}
