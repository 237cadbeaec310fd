/** Content links: sealed capabilities to fetch the file of one document, as it was when the link was made. */

import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import { badInput } from '../../errors.ts';
import { nameFile } from '../../files/file-name.ts';
import { identifierKey } from '../../media/model/keys.ts';
import { type Caller, coveringIdentifier, hashRights } from '../../media/model/rights.ts';
import type { DecodedFile, Identifier } from '../../redox/messages.ts';
import { kindOfFile } from '../../redox/reply/without-contents.ts';
import type { Seal } from '../../seal.ts';
import type { MediaModel } from './models.ts';
import { type MediaReference, mediaPayloadOf, mediaPayloadSchema, mediaReferenceOf } from './node-id.ts';

/** Links end up in browser histories and chats; an hour is enough for a person, and a page can request another link. */
const MAX_SECONDS = 3600;

/** The default of the schema; an explicit null means the same. */
const DEFAULT_SECONDS = 300;

/**
 * The expiry of a link is a multiple of this many seconds, so that a page that is loaded again gets the same links, and browsers
 * use the files that they keep.
 */
const MAX_ROUNDING_SECONDS = 60;

export interface ContentLink {
  /** In seconds since the epoch. */
  readonly expiresAt: number;
  readonly subject: string | null;
  readonly clientId: string | null;
  readonly token: string | null;
  /** A hash of the caller's rights, as these may list many patients. */
  readonly rightsHash: string;
  readonly reference: MediaReference;
  readonly file: Pick<DecodedFile, 'byteLength' | 'sha256' | 'checkpoints'>;
  /** The Content-Type of responses. */
  readonly servedType: string;
  /** Whether browsers may show the file instead of saving it. */
  readonly isInline: boolean;
  /** The name under which browsers save the file. */
  readonly fileName: string;
  /**
   * For a caller limited to some patients: the identifier in its rights that covers the document. The Media Query names no other
   * patient.
   */
  readonly within: Identifier | null;
}

const text = z.string();
const payloadSchema = z.tuple([
  z.number(),
  text.nullable(),
  text.nullable(),
  text,
  mediaPayloadSchema,
  z.number(),
  text,
  z.array(text),
  text,
  z.boolean(),
  text,
  text.nullable().default(null),
  z.tuple([text, text]).nullable().default(null),
]);
type Payload = z.infer<typeof payloadSchema>;

export interface LinkOptions {
  readonly seal: Seal;
  /** The gateway's URL, as clients reach it; without a trailing slash. */
  readonly baseUrl: () => string;
  /** The caller that the links are made for. */
  readonly caller: Caller;
  readonly clock: Clock;
}

export interface LinkArguments {
  readonly expiresIn?: number | null | undefined;
  readonly download?: boolean | null | undefined;
}

/** Makes the links of one caller. */
export class ContentLinks {
  readonly #options: LinkOptions;

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  /** @throws BAD_USER_INPUT when the requested duration is too long, or not positive. */
  async create(media: MediaModel, file: DecodedFile, args: LinkArguments): Promise<string> {
    const expiresIn = args.expiresIn ?? DEFAULT_SECONDS;
    if (expiresIn < 1 || expiresIn > MAX_SECONDS) {
      throw badInput('expiresIn', `must be between 1 and ${MAX_SECONDS}`);
    }
    const { seal, baseUrl, caller, clock } = this.#options;
    const kind = await kindOfFile(media.item, file);
    const within = coveringIdentifier(caller.rights, ownersNamed(media));
    const payload: Payload = [
      expiryOf(Math.floor(clock.wallTime() / 1000), expiresIn),
      caller.subject,
      caller.clientId,
      hashRights(caller.rights),
      mediaPayloadOf(media),
      file.byteLength,
      file.sha256,
      [...file.checkpoints],
      kind.servedType,
      kind.isInline && !args.download,
      nameFile(media.item.fileName, kind),
      caller.token,
      within ? [within.id, within.idType] : null,
    ];
    return `${baseUrl()}/content/${seal.close(payload)}`;
  }
}

/** Rounded up, but by less than the requested duration: a client that requests a few seconds wants a link that expires soon. */
function expiryOf(nowSeconds: number, expiresIn: number): number {
  const step = Math.min(MAX_ROUNDING_SECONDS, expiresIn);
  return Math.ceil((nowSeconds + expiresIn) / step) * step;
}

/** Undefined for a text that this gateway did not seal as a link. It does not check whether the link has expired. */
export function openContentLink(token: string, seal: Seal): ContentLink | undefined {
  const parsed = payloadSchema.safeParse(seal.open(token));
  if (!parsed.success) return undefined;
  const [expiresAt, subject, clientId, rightsHash, media, byteLength, sha256, checkpoints, ...rest] =
    parsed.data;
  const [servedType, isInline, fileName, callerToken, within] = rest;
  return {
    expiresAt,
    subject,
    clientId,
    token: callerToken,
    rightsHash,
    reference: mediaReferenceOf(media),
    file: { byteLength, sha256, checkpoints },
    servedType,
    isInline,
    fileName,
    within: within && { id: within[0], idType: within[1] },
  };
}

/** All identifiers by which the document, or the query that found it, names its patient, in a fixed order. */
function ownersNamed({ item, patient }: MediaModel): readonly Identifier[] {
  const stated = item.identifiers.toSorted((a, b) => (identifierKey(a) < identifierKey(b) ? -1 : 1));
  return [...(item.attributedTo ?? []), ...stated, ...(patient?.identifiers ?? [])];
}

/** Whether the link was made for this caller with its current rights. */
export function isHeldBy(link: ContentLink, { subject, clientId, token, rights }: Caller): boolean {
  // A person may use several client programs. A token without a subject identifies only the program, or only itself.
  const isSameProgram = link.clientId === clientId && link.token === token;
  const isSameCaller = link.subject === subject && (subject !== null || isSameProgram);
  return isSameCaller && link.rightsHash === hashRights(rights);
}
