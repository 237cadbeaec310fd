/**
 * Makes sandbox/assets anew. `npm start`: all of them; `npm start -- ulcer/`: those whose path begins so; `npm start --
 * --verify`: writes nothing, and fails when one would come out different.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ASSETS } from './assets.ts';

const FOLDER = fileURLToPath(new URL('../../sandbox/assets/', import.meta.url));

const args = process.argv.slice(2);
const isVerifying = args.includes('--verify');
const beginning = args.find((arg) => !arg.startsWith('--')) ?? '';

for (const [path, make] of ASSETS.filter(([path]) => path.startsWith(beginning))) {
  const file = `${FOLDER}${path}`;
  const made = await make();
  const isSame = existsSync(file) && readFileSync(file).equals(made);
  process.stdout.write(`${path}: ${made.length} bytes, ${isSame ? 'as it was' : 'different'}\n`);
  if (isVerifying) {
    if (!isSame) process.exitCode = 1;
    continue;
  }
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, made);
}
