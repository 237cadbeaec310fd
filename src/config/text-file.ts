/** Reads a small text file that a setting names. */
import { readFile, stat } from 'node:fs/promises';
import { Problem } from './problem.ts';

/** A key or a key set has a few kilobytes; a manifest of documents may have more. */
const MAX_BYTES = 1_048_576;

/** The text, or a problem that does not name the path. */
export async function readTextFile(path: string): Promise<string | Problem> {
  const problem = new Problem('must name a readable file of at most 1 MiB');
  try {
    // Only files are read: a pipe or a device may never end, and a wrong setting must be reported within a second.
    const found = await stat(path);
    return found.isFile() && found.size <= MAX_BYTES ? await readFile(path, 'utf8') : problem;
  } catch {
    return problem;
  }
}
