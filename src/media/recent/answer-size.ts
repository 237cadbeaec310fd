/**
 * Estimates how much memory an answer takes, rather too much than too little. Nothing is measured, so that remembering costs
 * almost nothing.
 */
import type { DecodedFile, Identifier, Item } from '../../redox/messages.ts';
import type { Answer } from '../model/answer.ts';
import { DIMENSIONS, type Values } from '../model/box.ts';
import { sumOverTexts } from '../model/item.ts';

/**
 * Sizes in V8 on 64-bit machines: an object with a few properties; a string besides its characters; an entry of a Set with its
 * string.
 */
const OBJECT_BYTES = 80;
const TEXT_BYTES = 24;
const ENTRY_BYTES = 48;
/**
 * An item has eleven properties, contents, a list, and its place in the default order; an answer has its need, box, calls, links,
 * index entries and that order.
 */
const ITEM_BYTES = 400;
const ANSWER_BYTES = 1360;

export function sizeOfAnswer({ need: { box }, items, calls }: Answer): number {
  let bytes = ANSWER_BYTES;
  for (const { query } of calls) bytes += 4 * OBJECT_BYTES + sizeOfText(query ?? null);
  for (const dimension of DIMENSIONS) bytes += sizeOfValues(box[dimension]);
  for (const item of items) bytes += sizeOfItem(item);
  return bytes;
}

function sizeOfValues(values: Values): number {
  if (values === 'all') return 0;
  let bytes = 0;
  // Once in the list, once in the index.
  for (const value of values) bytes += 2 * (ENTRY_BYTES + sizeOfText(value));
  return bytes;
}

function sizeOfItem(item: Item): number {
  return (
    ITEM_BYTES +
    sumOverTexts(item, sizeOfText) +
    sizeOfIdentifiers(item.identifiers) +
    sizeOfIdentifiers(item.attributedTo ?? []) +
    sizeOfContents(item)
  );
}

function sizeOfIdentifiers(identifiers: readonly Identifier[]): number {
  let bytes = 0;
  for (const { id, idType } of identifiers) bytes += OBJECT_BYTES + sizeOfText(id) + sizeOfText(idType);
  return bytes;
}

function sizeOfContents({ contents }: Item): number {
  if (contents.kind === 'none') return 0;
  if (contents.kind === 'reference') return sizeOfText(contents.uri);
  const { checksum, file } = contents;
  return sizeOfText(checksum) + (typeof file === 'string' ? 0 : sizeOfFile(file));
}

function sizeOfFile({ sha256, checkpoints, head }: DecodedFile): number {
  return 2 * OBJECT_BYTES + sizeOfText(sha256) + checkpoints.length * (TEXT_BYTES + 16) + head.byteLength;
}

/** Two bytes a character, as strings in most scripts take. */
function sizeOfText(text: string | null): number {
  return text === null ? 0 : TEXT_BYTES + 2 * text.length;
}
