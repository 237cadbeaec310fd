/**
 * A write as Redis stores it for the other replicas: HMACs of its patient's identifiers, and nothing else about patients. It is
 * signed, so that only replicas can delay queries by announcing a write.
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { TextSigner } from '../hmac.ts';
import type { DestinationId } from '../media/model/keys.ts';
import { looseValue } from '../media/model/loose-value.ts';
import { type IdentifierNames, writtenPatient } from '../media/model/written-patient.ts';
import type { SentWrite, WriteNews } from '../media/ordering/shared-write-order.ts';
import type { Identifier } from '../redox/messages.ts';
import { parseJson } from '../redox/wire/loose-json.ts';

/** Longer than any write takes: the stream of a destination without writes expires, and older entries are ignored. */
export const WRITE_LIFE_MS = 10 * 60_000;

/** A write about a patient with more identifiers is announced as concerning every patient, so that entries stay small. */
const MAX_IDENTIFIERS = 16;

const hashText = z.string().max(64);

const fieldsSchema = z.tuple([
  z.literal('self'),
  z.uuid(),
  z.literal('write'),
  z.uuid(),
  z.literal('kind'),
  z.enum(['underWay', 'answered', 'opened']),
  z.literal('about'),
  z.string(),
  z.literal('at'),
  z.string().regex(/^\d{1,16}$/),
  z.literal('mac'),
  z.string().max(64),
]);

type Fields = z.infer<typeof fieldsSchema>;

/** `opened`: a replica has found nothing in the stream. It is news to no one, and by its loss the loss of all others is seen. */
export type EntryKind = Fields[5];

const aboutSchema = z.object({
  types: z.array(hashText).max(MAX_IDENTIFIERS),
  pairs: z.array(hashText).max(MAX_IDENTIFIERS),
  removed: hashText.optional(),
});

export const ANY_PATIENT = writtenPatient([]);

export interface WriteNewsOptions {
  /** An HMAC with a key that the replicas share. */
  readonly hash: (text: string) => string;
  /** With a key that the replicas share. */
  readonly signer: TextSigner;
  readonly clock: Clock;
}

export class WriteNewsEntries {
  readonly #options: WriteNewsOptions;
  /** Marks the entries of this replica. */
  readonly #self = randomUUID();
  readonly #names: IdentifierNames = {
    typeOf: (idType) => this.#hashType(idType),
    pairOf: (identifier) => this.#hashPair(identifier),
    documentOf: (documentId) => this.#hashDocument(documentId),
  };

  constructor(options: WriteNewsOptions) {
    this.#options = options;
  }

  /** As keyed hashes: one of each IDType, one of each identifier, and one of the document that is deleted or replaced. */
  describe({ patient, removes }: SentWrite): string {
    if (patient.length > MAX_IDENTIFIERS) return '';
    return JSON.stringify({
      types: patient.map(({ idType }) => this.#hashType(idType)),
      pairs: patient.map((identifier) => this.#hashPair(identifier)),
      ...(removes && { removed: this.#hashDocument(removes) }),
    });
  }

  /** The fields of an entry. `about`: the patient, as `describe` returns it; empty for any patient. */
  close(destinationId: DestinationId, id: string, kind: EntryKind, about: string): readonly string[] {
    const at = String(Math.round(this.#options.clock.wallTime()));
    const fields = ['self', this.#self, 'write', id, 'kind', kind, 'about', about, 'at', at];
    return [...fields, 'mac', this.#options.signer.sign(textOf(destinationId, fields))];
  }

  /**
   * Null for a text that no replica has signed for this destination; `old`: it was signed too long ago; `no-news`: an entry of this
   * replica, or not about a write.
   */
  open(destinationId: DestinationId, texts: readonly string[]): WriteNews | 'no-news' | 'old' | null {
    const fields = fieldsSchema.safeParse(texts).data;
    if (fields === undefined) return null;
    const [, self, , id, , kind, , about, , at, , mac] = fields;
    if (!this.#options.signer.isSigned(textOf(destinationId, fields), mac)) return null;
    if (self === this.#self) return 'no-news';
    const ageMs = this.#options.clock.wallTime() - Number(at);
    if (Math.abs(ageMs) > WRITE_LIFE_MS) return ageMs > 0 ? 'old' : null;
    if (kind === 'opened') return 'no-news';
    return { id, kind, ...this.#read(about) };
  }

  #read(about: string): Pick<WriteNews, 'patient' | 'removed'> {
    const parsed = aboutSchema.safeParse(parseJson(Buffer.from(about)));
    if (!parsed.success) return { patient: ANY_PATIENT, removed: null };
    const { types, pairs, removed = null } = parsed.data;
    return { patient: { names: this.#names, types: new Set(types), pairs: new Set(pairs) }, removed };
  }

  #hashType(idType: string): string {
    return this.#options.hash(JSON.stringify([idType]));
  }

  #hashPair({ idType, id }: Identifier): string {
    return this.#options.hash(JSON.stringify([idType, looseValue(id)]));
  }

  /** Of three texts, so that it is no identifier's. */
  #hashDocument(documentId: string): string {
    return this.#options.hash(JSON.stringify(['document', 'id', looseValue(documentId)]));
  }
}

/** The signed text of an entry: everything except the signature, and the stream that contains it. */
function textOf(destinationId: DestinationId, fields: readonly string[]): string {
  return JSON.stringify([destinationId, ...fields.slice(0, 10)]);
}
