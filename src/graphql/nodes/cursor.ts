/** Cursors: sealed positions in an order, so that pages continue correctly when documents come and go between them. */
import { z } from 'zod';
import type { Order, Position } from '../../documents/order.ts';
import type { Seal } from '../../seal.ts';

const payloadSchema = z.tuple([
  z.string(),
  z.string(),
  z.union([z.number(), z.string(), z.null()]),
  z.string().nullable(),
  z.string(),
  z.number(),
]);

export function sealCursor({ field, direction }: Order, position: Position, cursors: Seal): string {
  const { value, documentId, fingerprint, ordinal } = position;
  return cursors.close([field, direction, value, documentId, fingerprint, ordinal]);
}

/** Undefined for a text that is not a cursor of this gateway in this order. */
export function openCursor(cursor: string, { field, direction }: Order, cursors: Seal): Position | undefined {
  const payload = payloadSchema.safeParse(cursors.open(cursor));
  if (!payload.success) return undefined;
  const [ofField, ofDirection, value, documentId, fingerprint, ordinal] = payload.data;
  if (ofField !== field || ofDirection !== direction) return undefined;
  return { value, documentId, fingerprint, ordinal };
}
