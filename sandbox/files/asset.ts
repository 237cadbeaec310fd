/** The files of the charts, made by scripts/make-assets and committed; each is read when a reply first needs it. */
import { readFileSync } from 'node:fs';

const FOLDER = new URL('../assets/', import.meta.url);

const files = new Map<string, Buffer>();

/** By its path below sandbox/assets, such as `cut/arrival.jpg`. */
export function readAsset(path: string): Buffer {
  const file = files.get(path) ?? readFileSync(new URL(path, FOLDER));
  files.set(path, file);
  return file;
}

/** What a draft of a document says of its contents, to be read later. */
export function contentsOf(path: string): () => string {
  return () => readAsset(path).toString('base64');
}
