/** Files that are sent to a gateway, and documents that are saved with them. */
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { onTestFinished } from 'vitest';
import { portOf } from '../redox/upstream.ts';
import type { TestGateway } from '../support/gateway.ts';
import { SAVE, saving } from './inputs.ts';

/** Starts a server that stands in for Redox's uploads, until the test ends. Resolves to the settings of a gateway that uses it. */
export async function startUploadServer(respond: RequestListener) {
  const server = createServer(respond).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  return { REDOX_UPLOAD_URL: `http://127.0.0.1:${portOf(server.address())}/upload` };
}

/** `type`: null for none. */
export async function sendUpload(
  gateway: TestGateway,
  body: Uint8Array,
  type: string | null = 'application/octet-stream',
  headers = {},
) {
  const response = await fetch(new URL('/uploads', gateway.url), {
    method: 'POST',
    headers: { ...(type !== null && { 'content-type': type }), ...headers },
    body: Buffer.from(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** Saves a document whose file is that upload. Resolves to the errors. */
export async function saveWith(gateway: TestGateway, token: unknown, documentId: string, headers = {}) {
  const input = saving('a', { documentId, content: { upload: token } });
  const { errors } = await gateway.ask(SAVE, { input }, headers);
  return errors.map(({ extensions }) => [extensions.code, extensions['problem']]);
}
