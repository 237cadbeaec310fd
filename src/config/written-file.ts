/** Checks a file that a setting names to be written, as far as that shows before it is opened. */
import { accessSync, constants, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { Problem } from './problem.ts';
import type { Parser } from './setting.ts';

const { R_OK, W_OK, X_OK } = constants;

/**
 * So that it is reported together with all other faults; what shows only when the file is opened is reported then, as the same
 * problem. `isUsable`: whether what is there already may be one.
 */
export function writtenFile(problem: string, isUsable: (found: Stats) => boolean): Parser<string> {
  return (path) => {
    try {
      const found = statSync(path, { throwIfNoEntry: false });
      if (found === undefined) accessSync(dirname(path), W_OK | X_OK);
      // A pipe is only written; its reader may be the only one who may read it.
      else accessSync(path, found.isFIFO() ? W_OK : R_OK | W_OK);
      return found === undefined || isUsable(found) ? path : new Problem(problem);
    } catch {
      // The error is dropped, as its message holds the path.
      return new Problem(problem);
    }
  };
}
