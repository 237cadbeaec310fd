/**
 * Cursors: sealed positions in a list. Each names the answer that its list was cut from; while it is remembered, further pages
 * are cut from it too. Afterwards the list is fetched again and continues after the position in its order.
 */
import { hash } from 'node:crypto';
import { z } from 'zod';
import { filterKey, type LocalFilter } from '../../documents/local-filter.ts';
import type { Order, Position } from '../../documents/order.ts';
import { boxKey } from '../../media/model/box.ts';
import type { DestinationAlias, RightsKey } from '../../media/model/keys.ts';
import { createBox, type NeedLists } from '../../media/model/need.ts';
import type { Identifier } from '../../redox/messages.ts';
import type { Seal } from '../../seal.ts';

const payloadSchema = z.tuple([
  z.string(),
  z.string(),
  z.union([z.number(), z.string(), z.null()]),
  z.string().nullable(),
  z.string(),
  z.number(),
  // Absent in cursors of earlier versions.
  z.array(z.tuple([z.string(), z.string()])).optional(),
  z.string().optional(),
  z.string().nullable().optional(),
]);

/** What distinguishes a list from others, and the rights with which a caller reads it. */
export interface CursorListOptions {
  readonly lists: NeedLists & { readonly destination: DestinationAlias };
  readonly filter: LocalFilter;
  readonly order: Order;
  readonly rightsKey: RightsKey;
}

/** The list that a cursor belongs to. */
export class CursorList {
  readonly #options: CursorListOptions;
  #key: string | null = null;

  constructor(options: CursorListOptions) {
    this.#options = options;
  }

  get order(): Order {
    return this.#options.order;
  }

  /** Equal for equal lists of callers with equal rights: 96 bits of SHA-256. Computed on demand, as most lists have one page. */
  get key(): string {
    this.#key ??= hash('sha256', this.#text(), 'base64url').slice(0, 16);
    return this.#key;
  }

  #text(): string {
    const { lists, filter, order, rightsKey } = this.#options;
    return JSON.stringify([
      rightsKey,
      lists.destination,
      boxKey(createBox(lists)),
      ...filterKey(filter),
      order.field,
      order.direction,
    ]);
  }
}

/** A position, and the patient of the document there: empty if the patient is not known. */
export interface OpenedCursor {
  readonly position: Position;
  readonly owner: readonly Identifier[];
  /** The key of its list; null in cursors of earlier versions. */
  readonly listKey: string | null;
  /** The answer that its page was cut from; null if it was not remembered. */
  readonly answerId: string | null;
}

export function sealCursor(
  { field, direction }: Order,
  { position, owner, listKey, answerId }: OpenedCursor,
  cursors: Seal,
): string {
  const { value, documentId, fingerprint, ordinal } = position;
  const pairs = owner.map(({ id, idType }) => [id, idType]);
  return cursors.close([field, direction, value, documentId, fingerprint, ordinal, pairs, listKey, answerId]);
}

/** Undefined for a text that is not a cursor of this gateway for this order. */
export function openCursor(
  cursor: string,
  { field, direction }: Order,
  cursors: Seal,
): OpenedCursor | undefined {
  const payload = payloadSchema.safeParse(cursors.open(cursor));
  if (!payload.success) return undefined;
  const [ofField, ofDirection, value, documentId, fingerprint, ordinal, pairs = [], ...rest] = payload.data;
  const [listKey = null, answerId = null] = rest;
  if (ofField !== field || ofDirection !== direction) return undefined;
  const owner = pairs.map(([id, idType]) => ({ id, idType }));
  return { position: { value, documentId, fingerprint, ordinal }, owner, listKey, answerId };
}
