/** Creates the parts that writes need: the scheduler, the memory of earlier writes, the upload of files. */

import { hash } from 'node:crypto';
import type { OperationAudit } from '../audit/operation-audit.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config/config.ts';
import { createTextHmac } from '../hmac.ts';
import { callerOf, type Operation } from '../http/operation.ts';
import type { ReceivedFile } from '../http/uploads/uploads.ts';
import { callerKey, requireScope } from '../media/model/rights.ts';
import type { Scheduler } from '../media/scheduling/scheduler.ts';
import type { RedoxClient } from '../redox/client.ts';
import { Seal } from '../seal.ts';
import { MediaWriter } from '../writes/media-writer.ts';
import { sealUpload } from '../writes/upload-token.ts';
import { LocalWriteMemory, type WriteMemory } from '../writes/write-memory.ts';

export interface WriteParts {
  readonly redox: RedoxClient;
  readonly scheduler: Scheduler;
  readonly clock: Clock;
  /** The memory that replicas share; null: this process has its own. */
  readonly memory: WriteMemory | null;
  readonly secrets: readonly string[];
  readonly limits: Config['uploads'];
  readonly facilityCodes: ReadonlyMap<string, string>;
  /** Identifies the credential and source that write to Redox. */
  readonly source: string;
}

export class Writes {
  readonly #parts: WriteParts;
  readonly #memory: WriteMemory;
  readonly #uploads: Seal;
  readonly #source: string;
  readonly #hashes: readonly ((text: string) => string)[];

  constructor(parts: WriteParts) {
    this.#parts = parts;
    this.#memory = parts.memory ?? new LocalWriteMemory(parts.clock);
    this.#uploads = new Seal(parts.secrets, 'upload');
    this.#source = hash('sha256', parts.source, 'base64url').slice(0, 16);
    this.#hashes = parts.secrets.map((secret) => createTextHmac([secret], 'writes/v1'));
  }

  writerFor(operation: Operation, audit: OperationAudit): MediaWriter {
    const { signal, deadline } = operation;
    const { redox, scheduler, clock, limits, facilityCodes } = this.#parts;
    const caller = callerOf(operation);
    return new MediaWriter({
      caller,
      clock,
      deadline,
      source: this.#source,
      uploads: this.#uploads,
      memory: this.#memory,
      hashes: this.#hashes,
      facilityCodes,
      maxFileBytes: limits.maxBytes,
      allowExecutables: limits.allowExecutables,
      send: ({ destinations, identifiers, removes }, event) => {
        const send = () => redox.write(destinations, event, signal);
        const of = { patient: identifiers, removes, caller: callerKey(caller), deadline, signal };
        return scheduler.write(destinations, send, of);
      },
      upload: (bytes, file) => redox.upload({ ...file, ...onceThrough(bytes) }, signal),
      recordWrite: (write) => audit.recordWrite(write),
    });
  }

  /** @throws FORBIDDEN when the caller may not write. */
  checkUploader(operation: Operation): void {
    requireScope(callerOf(operation).rights, 'media:write');
  }

  /** Uploads a file to Redox; resolves to the token by which this caller's mutations can use it. */
  async upload(operation: Operation, file: ReceivedFile): Promise<string> {
    const caller = callerOf(operation);
    const uri = await this.#parts.redox.upload(file, operation.signal);
    const { byteLength, sha256 } = file.summary();
    return sealUpload(
      { uri, byteLength, sha256 },
      { caller, source: this.#source, now: this.#parts.clock.wallTime() },
      this.#uploads,
    );
  }
}

function onceThrough(bytes: Buffer) {
  async function* once() {
    yield bytes;
  }
  return { bytes: once(), byteLength: bytes.length };
}
