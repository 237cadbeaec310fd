/** An item as it may be remembered: a file is represented by its kind and its digest, without its bytes. */
import { type FileKind, readFileKind } from '../../files/file-kind.ts';
import type { DecodedFile, Item } from '../messages.ts';

/** The kind of a file of an item. */
export async function kindOfFile({ fileType }: Item, file: DecodedFile): Promise<FileKind> {
  const { kind, statedType, head, isUtf8 } = file;
  return kind ?? readFileKind({ declared: fileType, stated: statedType, head, isUtf8 });
}

const NO_BYTES = Buffer.alloc(0);

export async function withoutContents(item: Item): Promise<Item> {
  const { contents } = item;
  if (contents.kind !== 'inline' || typeof contents.file === 'string') return item;
  const { file } = contents;
  const kind = await kindOfFile(item, file);
  return { ...item, contents: { ...contents, file: { ...file, kind, head: NO_BYTES, blocks: null } } };
}
