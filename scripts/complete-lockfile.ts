/**
 * `npm run lockfile`, after any change of dependencies. npm leaves an optional package out of the lockfile when the
 * registry does not offer it, as mirrors do with other platforms' binaries; `npm ci` then refuses the whole lockfile.
 * This adds an entry for each: it is installed only where its `os`, `cpu` and `libc` fit.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { type Lockfile, missingOptionals } from './lockfile.ts';

const LOCKFILE = new URL('../package-lock.json', import.meta.url);

const lockfile: Lockfile = JSON.parse(readFileSync(LOCKFILE, 'utf8'));
const missing = missingOptionals(lockfile);
for (const { path, entry } of missing) lockfile.packages[path] = entry;
const sorted = Object.entries(lockfile.packages).sort(([a], [b]) => a.localeCompare(b, 'en'));
lockfile.packages = Object.fromEntries(sorted);
if (missing.length > 0) writeFileSync(LOCKFILE, `${JSON.stringify(lockfile, null, 2)}\n`);
process.stdout.write(`${missing.length} optional packages added to the lockfile\n`);
