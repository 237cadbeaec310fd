/** Performs the writes of one caller: within its rights, each sent once, and every one recorded in the audit trail. */

import { type Clock, sleep } from '../clock.ts';
import { badInput, GatewayError } from '../errors.ts';
import { isExecutable } from '../files/executables.ts';
import { readFileKind } from '../files/file-kind.ts';
import { HEAD_BYTES } from '../files/other-types.ts';
import { type Caller, checkWrite } from '../media/model/rights.ts';
import type { WriteReceipt } from '../redox/messages.ts';
import { decodeBase64 } from '../redox/reply/base64-decoder.ts';
import type { MediaEvent } from '../redox/wire/media-event.ts';
import type { Seal } from '../seal.ts';
import type { AcceptedWrite, MediaWrite } from './media-write.ts';
import { type OpenedUpload, openUpload } from './upload-token.ts';
import type { WriteMemory, WriteResult } from './write-memory.ts';
import { NamedWrite } from './write-names.ts';

/** Redox advises against embedding larger files (Sending a file, 200 KB). */
const MAX_EMBEDDED_BYTES = 200_000;

/** How often a request checks whether another one with the same clientMutationId is done. */
const LOOK_MS = 50;

/** The record of one write in the audit trail. */
export interface WriteRecord {
  /** Called before anything is sent. @throws when it cannot be recorded: then nothing may be sent. */
  intend(): Promise<void>;
  /**
   * Records the outcome, whether or not it was sent: `error` is null when it was accepted. @throws with outcome UNKNOWN when it
   * was sent and this cannot be recorded.
   */
  settle(receipt: WriteReceipt, error: unknown): Promise<void>;
}

export interface WriterParts {
  readonly caller: Caller;
  /** The Redox source whose credential uploads; other sources cannot use its uploads. */
  readonly source: string;
  readonly uploads: Seal;
  readonly memory: WriteMemory;
  /** HMACs, since the texts may name patients: one for each secret of the gateway. */
  readonly hashes: readonly ((text: string) => string)[];
  readonly clock: Clock;
  /** The deadline of this operation, in milliseconds of the clock. */
  readonly deadline: number;
  readonly send: (
    to: Pick<MediaWrite, 'destinations' | 'identifiers' | 'removes'>,
    event: MediaEvent,
  ) => Promise<WriteReceipt>;
  /** By alias; only of destinations that require one. */
  readonly facilityCodes: ReadonlyMap<string, string>;
  readonly maxFileBytes: number;
  readonly allowExecutables: boolean;
  /** Uploads a file; resolves to its URI. */
  readonly upload: (
    bytes: Buffer,
    file: { readonly fileName: string; readonly mediaType: string },
  ) => Promise<string>;
  /** Creates the record of each write in the audit trail. */
  readonly recordWrite: (
    write: Pick<MediaWrite, 'type' | 'destinations' | 'identifiers' | 'documentId'>,
  ) => WriteRecord;
}

export class MediaWriter {
  readonly #parts: WriterParts;

  constructor(parts: WriterParts) {
    this.#parts = parts;
  }

  async write(write: MediaWrite): Promise<AcceptedWrite> {
    const { destinations, identifiers, documentId, clientMutationId } = write;
    const record = this.#parts.recordWrite(write);
    let receipt: WriteReceipt;
    try {
      for (const destination of destinations) checkWrite(destination, identifiers, this.#parts.caller.rights);
      this.#checkFacilityCodes(destinations);
      receipt = await this.#perform(write, record);
    } catch (error) {
      await record.settle(receiptOf(error), error);
      throw error;
    }
    await record.settle(receipt, null);
    const redoxLogIds = receipt.logIds;
    return { destination: destinations[0], identifiers, documentId, redoxLogIds, clientMutationId };
  }

  async #perform(write: MediaWrite, record: WriteRecord): Promise<WriteReceipt> {
    const { clientMutationId } = write;
    return clientMutationId === null
      ? this.#send(write, record)
      : this.#sendOnce(write, clientMutationId, record);
  }

  /**
   * A message has one facility code for all its destinations: with the code of another destination, a document could be misfiled.
   */
  #checkFacilityCodes(destinations: MediaWrite['destinations']): void {
    const codes = new Set(destinations.map((alias) => this.#parts.facilityCodes.get(alias)));
    if (codes.size > 1)
      throw badInput('input.destinations', 'have different facility codes; send one mutation for each');
  }

  /** Within ten minutes, the same key gets the same result, including an unknown outcome. */
  async #sendOnce(write: MediaWrite, clientMutationId: string, record: WriteRecord): Promise<WriteReceipt> {
    const { memory, hashes, caller, clock, deadline } = this.#parts;
    const { subject, clientId, token } = caller;
    // Not the rights: the next token of a caller may have others, and these have been checked for this write.
    const name = token === null ? [subject, clientId] : [token];
    const text = JSON.stringify([...name, clientMutationId]);
    const names = hashes.map((hash) => ({ key: hash(text), fingerprint: hash(write.text) }));
    const named = new NamedWrite(memory, names);
    for (;;) {
      const known = await named.begin();
      if (known === null) break;
      if (!known.isSameInput) throw badInput('input.clientMutationId', 'was used for another input');
      if (known.result !== null) return receiptFrom(known.result);
      if (clock.now() + LOOK_MS > deadline) throw new GatewayError('OVERLOADED');
      await sleep(clock, LOOK_MS);
    }
    try {
      const receipt = await this.#send(write, record);
      await named.finish(receipt);
      return receipt;
    } catch (error) {
      if (isUnknown(error)) await named.finish(unknownResult(error));
      else await named.forget();
      throw error;
    }
  }

  async #send(write: MediaWrite, record: WriteRecord): Promise<WriteReceipt> {
    const { content, eventWith } = write;
    if (content !== null && 'upload' in content) return this.#sendUploaded(write, content.upload, record);
    const file = content === null ? null : await this.#readFile(content.base64);
    await record.intend();
    return this.#parts.send(write, eventWith(file && (await this.#place(file, write))));
  }

  async #sendUploaded(write: MediaWrite, token: string, record: WriteRecord): Promise<WriteReceipt> {
    const { uri, nonce } = await this.#reserveUpload(token);
    try {
      await record.intend();
      return await this.#parts.send(write, write.eventWith(uri));
    } catch (error) {
      // Redox may have accepted the message, so the upload counts as used.
      if (!isUnknown(error)) await this.#parts.memory.release(nonce);
      throw error;
    }
  }

  async #readFile(base64: string): Promise<Buffer> {
    const bytes = decodeBase64(base64);
    if (bytes === null) throw badInput('input.content.base64', 'is not base64');
    if (bytes.length === 0) throw badInput('input.content.base64', 'must not be empty');
    if (bytes.length > this.#parts.maxFileBytes) throw badInput('input.content.base64', 'is too large');
    if (!this.#parts.allowExecutables && (await isExecutable(bytes.subarray(0, HEAD_BYTES))))
      throw badInput('input.content.base64', 'is an executable file, which is not accepted');
    return bytes;
  }

  /** The contents for the message: the file itself, or the URI to which it was uploaded. */
  async #place(bytes: Buffer, { fileName, fileType }: MediaWrite): Promise<string> {
    if (bytes.length <= MAX_EMBEDDED_BYTES) return bytes.toString('base64');
    const head = bytes.subarray(0, HEAD_BYTES);
    const { mediaType } = await readFileKind({ declared: fileType, stated: null, head, isUtf8: null });
    return this.#parts.upload(bytes, { fileName, mediaType });
  }

  async #reserveUpload(token: string): Promise<OpenedUpload> {
    const { caller, source, uploads, memory, clock } = this.#parts;
    const upload = openUpload(token, { caller, source, now: clock.wallTime() }, uploads);
    if (upload === null)
      throw badInput('input.content.upload', 'is not an upload of this caller, or has expired');
    if (!(await memory.reserve(upload.nonce))) throw badInput('input.content.upload', 'was used before');
    return upload;
  }
}

function isUnknown(error: unknown): error is GatewayError {
  return error instanceof GatewayError && error.details.outcome === 'UNKNOWN';
}

/** Where Redox logged a message that failed. */
function receiptOf(error: unknown): WriteReceipt {
  const { logIds = [], traceId = null } = (error instanceof GatewayError && error.details.redox) || {};
  return { logIds, traceId };
}

function unknownResult(error: GatewayError): WriteResult {
  const status = error.details.redox?.status ?? null;
  // An outcome is unknown after a timeout, a broken connection, or a response that cannot be parsed.
  const code =
    error.code === 'UPSTREAM_TIMEOUT' || error.code === 'UPSTREAM_PROTOCOL'
      ? error.code
      : 'UPSTREAM_UNAVAILABLE';
  return { ...receiptOf(error), code, status };
}

/** @throws GatewayError, with `outcome: UNKNOWN`, for a write whose outcome is unknown. */
function receiptFrom({ logIds, traceId, code, status = null }: WriteResult): WriteReceipt {
  if (code === undefined) return { logIds, traceId };
  const redox = { logIds, status, ...(traceId !== null && { traceId }) };
  throw new GatewayError(code, { retryable: false, outcome: 'UNKNOWN', redox });
}
