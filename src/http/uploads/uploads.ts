/** `POST /uploads`: passes a file on to Redox while it arrives, and keeps no part of it. */
import { createHash } from 'node:crypto';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GatewayError } from '../../errors.ts';
import { endingOf } from '../../files/endings.ts';
import { HEAD_BYTES } from '../../files/other-types.ts';
import { readUploadKind } from '../../files/upload-check.ts';
import {
  callerOf,
  type Operation,
  type OperationsOptions,
  operationOf,
  takeOperations,
} from '../operation.ts';
import { sendBadRequest, sendError } from '../responses.ts';
import { MAX_ENVELOPE_BYTES } from './form-file.ts';
import { UploadRefusal } from './upload-refusal.ts';
import { openUploadSource, type UploadSource } from './upload-source.ts';
import { UploadsInFlight } from './uploads-in-flight.ts';

/** A file that is being received. */
export interface ReceivedFile {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly mediaType: string;
  readonly fileName: string;
  readonly byteLength: number | null;
  /** Length and digest of the bytes received so far. */
  summary(): { readonly byteLength: number; readonly sha256: string };
}

/** One upload in the audit trail. */
export interface UploadRecord {
  /** Called before any byte of the file is sent. @throws OVERLOADED when that cannot be recorded: then nothing may be sent. */
  intend(): Promise<void>;
  /** Records the outcome: `error` is null when Redox has the file. @throws OVERLOADED when that cannot be recorded. */
  settle(error: unknown): Promise<void>;
}

export interface UploadRouteOptions {
  readonly maxBytes: number;
  readonly allowExecutables: boolean;
  /** Makes the entries of an upload in the audit trail. */
  readonly createRecord: (operation: Operation) => UploadRecord;
  /** @throws FORBIDDEN */
  readonly checkUploader: (operation: Operation) => void;
  /** Resolves to the token by which mutations can use the file. */
  readonly upload: (operation: Operation, file: ReceivedFile) => Promise<string>;
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
  const parts = { ...options, inFlight: new UploadsInFlight() };
  // Fastify refuses a Content-Type that it cannot read before the route; an upload is refused by its own sentence, and in the audit trail.
  scope.setErrorHandler((error: FastifyError, request, reply) => {
    if (error.code !== 'FST_ERR_CTP_INVALID_MEDIA_TYPE') throw error;
    return receive(request, reply, parts);
  });
  scope.post('/uploads', {
    bodyLimit: options.maxBytes + MAX_ENVELOPE_BYTES,
    handler: (request, reply) => receive(request, reply, parts),
  });
}

interface UploadParts extends UploadRouteOptions {
  readonly inFlight: UploadsInFlight;
}

async function receive(
  request: FastifyRequest,
  reply: FastifyReply,
  parts: UploadParts,
): Promise<FastifyReply> {
  try {
    return reply.code(201).send(await passOn(request, parts));
  } catch (error) {
    if (error instanceof UploadRefusal) return refuse(reply, error);
    if (error instanceof GatewayError) return sendError(reply, error);
    throw error;
  }
}

/** Every upload of a caller is recorded in the audit trail, whatever its outcome. */
async function passOn(request: FastifyRequest, { inFlight, ...options }: UploadParts): Promise<object> {
  const operation = operationOf(request);
  const record = options.createRecord(operation);
  let passed: object;
  try {
    options.checkUploader(operation);
    const { signal } = operation;
    const caller = callerOf(operation);
    passed = await inFlight.within(caller, async () => {
      const file = await openFile(request, options, operation);
      await record.intend();
      const upload = await inFlight.send(caller, signal, () => options.upload(operation, file));
      return { upload, ...file.summary() };
    });
  } catch (error) {
    await record.settle(error instanceof UploadRefusal ? new GatewayError('BAD_USER_INPUT') : error);
    throw error;
  }
  await record.settle(null);
  return passed;
}

/** RFC 9110 §12.5.3: a 415 states which content coding is accepted. */
function refuse(reply: FastifyReply, { problem, status }: UploadRefusal): FastifyReply {
  if (status === 415) reply.header('accept-encoding', 'identity');
  return sendBadRequest(reply, problem);
}

/** Reads the beginning of the file, and refuses files that must not be uploaded. */
async function openFile(
  request: FastifyRequest,
  { maxBytes, allowExecutables }: UploadRouteOptions,
  { signal, clock }: Operation,
): Promise<ReceivedFile> {
  const source = openUploadSource(request, maxBytes, clock);
  const head = await Promise.race([readHead(source), rejectOn(signal)]);
  if (head.length === 0) throw new UploadRefusal('fileEmpty');
  const stated = source.describe();
  const mediaType = await checkType(head.subarray(0, HEAD_BYTES), stated, allowExecutables);
  const sha256 = createHash('sha256');
  let length = 0;
  async function* pass() {
    for (let chunk: Buffer | null = head; chunk !== null; chunk = await source.next()) {
      length += chunk.length;
      if (length > maxBytes) throw new UploadRefusal('fileTooLarge');
      sha256.update(chunk);
      yield chunk;
    }
  }
  return {
    bytes: pass(),
    mediaType,
    fileName: stated.fileName?.trim() || `file.${endingOf(mediaType, null)}`,
    byteLength: source.byteLength,
    summary: () => ({ byteLength: length, sha256: sha256.copy().digest('hex') }),
  };
}

function rejectOn(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

async function readHead(source: UploadSource): Promise<Buffer> {
  let head = Buffer.alloc(0);
  while (head.length < HEAD_BYTES) {
    const chunk = await source.next();
    if (chunk === null) break;
    head = Buffer.concat([head, chunk]);
  }
  return head;
}

/** Refuses executable files, and files of another type than their Content-Type states. Resolves to the type of the file. */
async function checkType(
  head: Buffer,
  stated: ReturnType<UploadSource['describe']>,
  allowExecutables: boolean,
): Promise<string> {
  const kind = await readUploadKind(stated, head);
  if (kind.isExecutable && !allowExecutables) throw new UploadRefusal('fileExecutable');
  if (kind.isContradiction) throw new UploadRefusal('typeContradicted');
  return kind.mediaType;
}
