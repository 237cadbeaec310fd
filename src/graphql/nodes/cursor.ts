/** Cursors: sealed positions in an order, so that pages continue correctly when documents come and go between them. */
import { z } from 'zod';
import type { Order, Position } from '../../documents/order.ts';
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
]);

/** A position, and the patient of the document that stands there: empty where nothing says who that is. */
export interface OpenedCursor {
  readonly position: Position;
  readonly owner: readonly Identifier[];
}

export function sealCursor(
  { field, direction }: Order,
  { position, owner }: OpenedCursor,
  cursors: Seal,
): string {
  const { value, documentId, fingerprint, ordinal } = position;
  const pairs = owner.map(({ id, idType }) => [id, idType]);
  return cursors.close([field, direction, value, documentId, fingerprint, ordinal, pairs]);
}

/** Undefined for a text that is not a cursor of this gateway in this order. */
export function openCursor(
  cursor: string,
  { field, direction }: Order,
  cursors: Seal,
): OpenedCursor | undefined {
  const payload = payloadSchema.safeParse(cursors.open(cursor));
  if (!payload.success) return undefined;
  const [ofField, ofDirection, value, documentId, fingerprint, ordinal, pairs = []] = payload.data;
  if (ofField !== field || ofDirection !== direction) return undefined;
  const owner = pairs.map(([id, idType]) => ({ id, idType }));
  return { position: { value, documentId, fingerprint, ordinal }, owner };
}
