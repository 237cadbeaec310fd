/** POST /upload: accepts a file separately from any message and responds with an opaque reference to it. */
import { randomUUID } from 'node:crypto';
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import { type AccessTokens, readBearerToken } from './access-tokens.ts';
import { MAX_READ_BYTES, type WireReply, writeErrorDetail } from './replies.ts';

export const UPLOAD_PATH = '/upload';
/** Redox's cap on one uploaded file (Quotas and constraints, Aug 2025: 30 MB). */
const MAX_UPLOAD_BYTES = 30_000_000;

/** What arrived besides the bytes. */
export interface RecordedUpload {
  readonly fileName: string;
  readonly mediaType: string;
  readonly byteLength: number;
  /** `Redox-Source-Id`. */
  readonly sourceId: string | null;
}

export interface UploadParts {
  readonly tokens: AccessTokens;
  /** The sandbox's own base URL, in place of Redox's blob host. */
  readonly url: () => string;
  /** Stores an uploaded file, as base64, under its URI. */
  readonly keep: (uri: string, base64: string) => void;
  readonly record: (upload: RecordedUpload) => void;
}

export function addUploadRoute(app: FastifyInstance, { tokens, url, keep, record }: UploadParts): void {
  app.post<{ Body: Buffer | undefined }>(UPLOAD_PATH, {
    bodyLimit: MAX_READ_BYTES,
    errorHandler: (error: FastifyError, _request, reply) =>
      refuse(reply, writeErrorDetail(error.statusCode ?? 500, error.message)),
    handler: async (request, reply) => {
      const token = readBearerToken(request.headers.authorization);
      if (token === undefined || !tokens.isValid(token)) {
        return refuse(reply, writeErrorDetail(401, 'The access token is missing, expired or revoked.'));
      }
      const file = await readFile(request.headers['content-type'], request.body);
      if (file === undefined)
        return refuse(reply, writeErrorDetail(400, 'A multipart field "file" is needed.'));
      if (file.size > MAX_UPLOAD_BYTES)
        return refuse(reply, writeErrorDetail(413, 'The file is above 30 MB.'));
      const sourceId = request.headers['redox-source-id'];
      record({
        fileName: file.name,
        mediaType: file.type,
        byteLength: file.size,
        sourceId: typeof sourceId === 'string' ? sourceId : null,
      });
      const uri = `${url()}/${randomUUID()}`;
      keep(uri, Buffer.from(await file.arrayBuffer()).toString('base64'));
      return reply.code(201).send({ URI: uri });
    },
  });
}

/** The file of the form, by the platform's own multipart parser; undefined when there is none. */
async function readFile(
  contentType: string | undefined,
  body: Buffer | undefined,
): Promise<File | undefined> {
  if (contentType === undefined || body === undefined) return undefined;
  try {
    // Copied into a plain ArrayBuffer view, as the types of fetch require.
    const request = new Request('http://upload.invalid', {
      method: 'POST',
      headers: { 'content-type': contentType },
      body: new Uint8Array(body),
    });
    const file = (await request.formData()).get('file');
    return file instanceof File ? file : undefined;
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function refuse(reply: FastifyReply, wire: WireReply) {
  return reply.code(wire.status).headers(wire.headers).send(wire.body);
}
