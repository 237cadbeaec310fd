/** Content links: sealed capabilities to fetch one document's file again, as it was when the link was made. */

import { hash } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import { authorityOf, type Caller, type Rights } from '../../media/model/rights.ts';
import type { DecodedFile } from '../../redox/messages.ts';
import { mediaTypeOf } from '../../redox/wire/media-type.ts';
import type { Seal } from '../../seal.ts';
import { badInput } from '../inputs/bad-input.ts';
import type { MediaModel } from './models.ts';
import { type MediaReference, mediaPayloadOf, mediaPayloadSchema, mediaReferenceOf } from './node-id.ts';

/** A link ends up in histories and chats; an hour is enough for a person, and a page can ask for the next one. */
const MAX_SECONDS = 3600;

/** Also what an explicit null means, as in the schema. */
const DEFAULT_SECONDS = 300;

/** Names have no limit, addresses have. */
const MAX_NAME = 120;

export interface ContentLink {
  /** In seconds since the epoch. */
  readonly expiresAt: number;
  readonly subject: string | null;
  readonly clientId: string | null;
  /** Of the rights that the caller had. A hash, as rights may list many patients. */
  readonly rightsHash: string;
  readonly reference: MediaReference;
  readonly file: Pick<DecodedFile, 'byteLength' | 'sha256' | 'checkpoints'>;
  /** Of the document, as `content.mediaType`. */
  readonly mediaType: string;
  /** As the document has it, perhaps cut. */
  readonly fileName: string | null;
  /** To be saved rather than shown. */
  readonly download: boolean;
  /** What is in the file is markup, whatever it is called. */
  readonly isMarkup: boolean;
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
  text.nullable(),
  z.boolean(),
  z.boolean(),
]);
type Payload = z.infer<typeof payloadSchema>;

export interface LinkOptions {
  readonly seal: Seal;
  /** Where the gateway is, as callers reach it; without a trailing slash. */
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

  /** @throws BAD_USER_INPUT when it should last too long, or not at all. */
  async create(media: MediaModel, file: DecodedFile, args: LinkArguments): Promise<string> {
    const expiresIn = args.expiresIn ?? DEFAULT_SECONDS;
    if (expiresIn < 1 || expiresIn > MAX_SECONDS) {
      throw badInput('expiresIn', `must be between 1 and ${MAX_SECONDS}`);
    }
    const { seal, baseUrl, caller, clock } = this.#options;
    const payload: Payload = [
      Math.floor(clock.wallTime() / 1000) + expiresIn,
      caller.subject,
      caller.clientId,
      hashRights(caller.rights),
      mediaPayloadOf(media),
      file.byteLength,
      file.sha256,
      [...file.checkpoints],
      await mediaTypeOf(media.item.fileType, file.head, file.statedType),
      cutName(media.item.fileName),
      args.download ?? false,
      beginsAsMarkup(file.head),
    ];
    return `${baseUrl()}/content/${seal.close(payload)}`;
  }
}

/** Never between the halves of a character. */
function cutName(name: string | null): string | null {
  return name?.slice(0, MAX_NAME).replace(/[\ud800-\udbff]$/, '') ?? null;
}

/** Undefined for what this gateway did not seal as a link. Whether it has expired is for the caller to see. */
export function openContentLink(token: string, seal: Seal): ContentLink | undefined {
  const parsed = payloadSchema.safeParse(seal.open(token));
  if (!parsed.success) return undefined;
  const [expiresAt, subject, clientId, rightsHash, media, byteLength, sha256, checkpoints, ...rest] =
    parsed.data;
  const [mediaType, fileName, download, isMarkup] = rest;
  return {
    expiresAt,
    subject,
    clientId,
    rightsHash,
    reference: mediaReferenceOf(media),
    file: { byteLength, sha256, checkpoints },
    mediaType,
    fileName,
    download,
    isMarkup,
  };
}

/** Whether the link was made for this caller, with the rights that it has now. */
export function isHeldBy(link: ContentLink, { subject, clientId, rights }: Caller): boolean {
  // A person may use several programs. A token without a subject identifies the program alone.
  const isSameCaller = link.subject === subject && (subject !== null || link.clientId === clientId);
  return isSameCaller && link.rightsHash === hashRights(rights);
}

/** Equal for equal rights. */
export function hashRights(rights: Rights): string {
  return hash('sha256', authorityOf(rights), 'base64url');
}

/** Spaces that HTML and XML allow before the first tag, marks of byte order, and the zeros of UTF-16. */
const BEFORE_MARKUP = /^[\s\0\xef\xbb\xbf\xfe\xff]*</;

/** HTML, SVG and any other XML begin with a tag; no file of another kind that browsers show does. */
function beginsAsMarkup(head: Buffer): boolean {
  return BEFORE_MARKUP.test(head.toString('latin1'));
}
