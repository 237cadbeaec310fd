/** `POST /uploads`: passes a file on to Redox while it arrives, and keeps no part of it. */
import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { parse } from 'content-disposition';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import mime from 'mime';
import { GatewayError } from '../errors.ts';
import { HEAD_BYTES, namesProgram, readFileKind } from '../file-kind.ts';
import { isUncompressed } from './json-body.ts';
import { type Operation, type OperationsOptions, operationOf, takeOperations } from './operation.ts';
import { sendError, sendSentence } from './responses.ts';

/** A file that is being received. */
export interface ReceivedFile {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly mediaType: string;
  readonly fileName: string;
  readonly byteLength: number | null;
  /** Length and digest of the bytes so far. */
  summary(): { readonly byteLength: number; readonly sha256: string };
}

export interface UploadRouteOptions {
  readonly maxBytes: number;
  readonly allowExecutables: boolean;
  /** @throws FORBIDDEN */
  readonly checkUploader: (operation: Operation) => void;
  /** Resolves to the token by which mutations can use the file. */
  readonly upload: (operation: Operation, file: ReceivedFile) => Promise<string>;
}

const MEDIA_TYPE = /^[a-z0-9][\w!#$&^.+-]{0,126}\/[a-z0-9][\w!#$&^.+-]{0,126}$/i;

/** Ends an upload and responds with a status and a fixed sentence. */
class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export function addUploadRoute(
  scope: FastifyInstance,
  taken: OperationsOptions,
  options: UploadRouteOptions,
): void {
  takeOperations(scope, taken);
  // The body is passed on as it arrives, whatever its type.
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (_, payload, done) => done(null, payload));
  scope.post('/uploads', {
    bodyLimit: options.maxBytes,
    // The rest of a refused upload's body is not read, so the connection is closed after the response.
    onSend: async (_, reply) => {
      if (reply.statusCode !== 201) reply.header('connection', 'close');
    },
    handler: (request, reply) => receive(request, reply, options),
  });
}

async function receive(
  request: FastifyRequest,
  reply: FastifyReply,
  options: UploadRouteOptions,
): Promise<FastifyReply> {
  try {
    const operation = operationOf(request);
    options.checkUploader(operation);
    const file = await openFile(request, options, operation.signal);
    const upload = await options.upload(operation, file);
    return reply.code(201).send({ upload, ...file.summary() });
  } catch (error) {
    if (error instanceof Refusal) return sendSentence(reply, error.status, error.message);
    if (error instanceof GatewayError) return sendError(reply, error);
    throw error;
  }
}

/** Reads the beginning of the file, and refuses files that must not be uploaded. */
async function openFile(
  request: FastifyRequest,
  options: UploadRouteOptions,
  signal: AbortSignal,
): Promise<ReceivedFile> {
  const stated = request.headers['content-length'];
  const byteLength = stated === undefined ? null : Number(stated);
  if ((byteLength ?? 0) > options.maxBytes) throw tooLarge();
  const mediaType = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  // Compressed bytes would be filed as they are, with the media type of the uncompressed file.
  if (!isUncompressed(request.headers))
    throw new Refusal(415, 'The file must be sent without a content coding.');
  if (!MEDIA_TYPE.test(mediaType)) throw new Refusal(415, 'The Content-Type must name the type of the file.');
  const chunks = request.raw[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const head = await Promise.race([readHead(chunks), rejectOn(signal)]);
  if (head.length === 0) throw new Refusal(400, 'The file is empty.');
  await checkType(head, mediaType, options.allowExecutables);
  const sha256 = createHash('sha256');
  let length = 0;
  async function* pass() {
    for (let chunk: Buffer | undefined = head; chunk !== undefined; chunk = await nextOf(chunks)) {
      length += chunk.length;
      if (length > options.maxBytes) throw tooLarge();
      sha256.update(chunk);
      yield chunk;
    }
  }
  return {
    bytes: pass(),
    mediaType,
    fileName: nameOf(request, mediaType),
    byteLength,
    summary: () => ({ byteLength: length, sha256: sha256.copy().digest('hex') }),
  };
}

/** The name in `Content-Disposition`; without one, a name with the extension of the media type. */
function nameOf({ headers }: FastifyRequest, mediaType: string): string {
  const { filename } = parse(headers['content-disposition'] ?? '').parameters;
  const ending = mime.getExtension(mediaType);
  return asSent(filename?.trim() ?? '') || (ending === null ? 'file' : `file.${ending}`);
}

/** Node reads headers as Latin-1, and most programs write UTF-8 into them. */
function asSent(name: string): string {
  if (/[^\0-\xff]/.test(name)) return name;
  const bytes = Buffer.from(name, 'latin1');
  return isUtf8(bytes) ? bytes.toString() : name;
}

async function nextOf(chunks: AsyncIterator<Buffer>): Promise<Buffer | undefined> {
  try {
    const { done, value } = await chunks.next();
    return done ? undefined : value;
  } catch {
    // The caller has closed the connection.
    throw new Refusal(400, 'The file did not arrive completely.');
  }
}

function rejectOn(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

async function readHead(chunks: AsyncIterator<Buffer>): Promise<Buffer> {
  let head = Buffer.alloc(0);
  while (head.length < HEAD_BYTES) {
    const chunk = await nextOf(chunks);
    if (chunk === undefined) break;
    head = Buffer.concat([head, chunk]);
  }
  return head;
}

/** Refuses executable files, and files of another type than their Content-Type states. */
async function checkType(head: Buffer, mediaType: string, allowExecutables: boolean): Promise<void> {
  const found = await readFileKind(head);
  if ((found.isProgram || namesProgram(mediaType)) && !allowExecutables)
    throw new Refusal(415, 'Executable files are not accepted.');
  if (found.mediaType === null || found.mediaType === mediaType) return;
  if (mediaType === 'application/octet-stream') return;
  const [kind] = mediaType.split('/');
  // Container formats have many media types, so only the first part of the type must match, and PDF exactly.
  const isContradiction = ['image', 'audio', 'video', 'text'].includes(kind ?? '')
    ? !found.mediaType.startsWith(`${kind}/`)
    : mediaType === 'application/pdf';
  if (isContradiction) throw new Refusal(415, 'The file is not of the type that its Content-Type states.');
}

function tooLarge(): Refusal {
  return new Refusal(413, 'The file is too large.');
}
