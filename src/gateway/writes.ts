/** What writes work with: the scheduler they go through, what is remembered of them, where files are uploaded. */

import { hash } from 'node:crypto';
import type { AuditTrail } from '../audit/trail.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config/config.ts';
import type { LinkHolder } from '../graphql/nodes/content-link.ts';
import { sealUpload } from '../graphql/nodes/upload-token.ts';
import { callerOf, type Operation } from '../http/operation.ts';
import type { ReceivedFile } from '../http/uploads.ts';
import { createKeyedHash } from '../keyed-hash.ts';
import { createNeed } from '../media/model/need.ts';
import { authorityOf, type Rights, requireScope } from '../media/model/rights.ts';
import type { Scheduler } from '../media/scheduling/scheduler.ts';
import type { RedoxClient } from '../redox/client.ts';
import { Seal } from '../seal.ts';
import { MediaWriter, type WriteNote } from '../writes/media-writer.ts';
import { LocalWriteMemory, type WriteMemory } from '../writes/write-memory.ts';

export interface WriteParts {
  readonly redox: RedoxClient;
  readonly scheduler: Scheduler;
  readonly clock: Clock;
  /** Null: this process alone remembers. */
  readonly memory: WriteMemory | null;
  readonly secrets: readonly string[];
  readonly limits: Config['uploads'];
  readonly facilityCodes: ReadonlyMap<string, string>;
  /** Of the key that writes, as it is known at Redox. */
  readonly source: string;
}

export interface WritingOperation {
  readonly rights: Rights;
  readonly holder: LinkHolder;
  readonly signal: AbortSignal;
  /** In milliseconds of the clock. */
  readonly deadline: number;
  readonly trail: AuditTrail;
}

export class Writes {
  readonly #parts: WriteParts;
  readonly #memory: WriteMemory;
  readonly #uploads: Seal;
  readonly #source: string;
  readonly #hash: (text: string) => string;

  constructor(parts: WriteParts) {
    this.#parts = parts;
    this.#memory = parts.memory ?? new LocalWriteMemory(parts.clock);
    this.#uploads = new Seal(parts.secrets, 'upload');
    this.#source = hash('sha256', parts.source, 'base64url').slice(0, 16);
    this.#hash = createKeyedHash(parts.secrets, 'writes/v1');
  }

  writerFor({ rights, holder, signal, deadline, trail }: WritingOperation): MediaWriter {
    const { redox, scheduler, clock, limits, facilityCodes } = this.#parts;
    return new MediaWriter({
      rights,
      holder,
      clock,
      deadline,
      source: this.#source,
      uploads: this.#uploads,
      memory: this.#memory,
      hash: this.#hash,
      facilityCodes,
      maxFileBytes: limits.maxBytes,
      allowExecutables: limits.allowExecutables,
      send: ({ destinations, identifiers }, event) => {
        const send = () => redox.write(destinations, event, signal);
        return scheduler.write(destinations, send, { patient: identifiers, deadline, signal });
      },
      upload: (bytes, file) => redox.upload({ ...file, ...onceThrough(bytes) }, signal),
      note: (note) => recordWrite(trail, note),
    });
  }

  /** @throws FORBIDDEN when the caller may not write. */
  checkUploader(operation: Operation): void {
    requireScope(callerOf(operation).rights, 'media:write');
  }

  /** What an uploaded file is called from now on. */
  async upload(operation: Operation, file: ReceivedFile): Promise<string> {
    const { rights, subject, clientId } = callerOf(operation);
    const uri = await this.#parts.redox.upload(file, operation.signal);
    const { byteLength, sha256 } = file.summary();
    const holder = { subject, clientId, authority: authorityOf(rights) };
    return sealUpload(
      { uri, byteLength, sha256 },
      { holder, source: this.#source, now: this.#parts.clock.wallTime() },
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

/** One entry for each destination; the same patient has the same hash as in queries. */
function recordWrite(
  trail: AuditTrail,
  { type, destinations, identifiers, documentId, receipt, error }: WriteNote,
): void {
  for (const destination of destinations) {
    const need = createNeed(destination, { patients: [identifiers] });
    const items = error === null ? [{ identifiers, documentId }] : null;
    const id = receipt.logIds[0] ?? receipt.traceId;
    const calls = id === null ? [] : [{ id, ...receipt }];
    trail.note({ need, items, error, calls }, type);
  }
}
