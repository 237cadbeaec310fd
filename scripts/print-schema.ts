/**
 * `npm run schema:print`, after any change of `schema/`: writes it as the one file that registries of schemas take,
 * `schema.graphql`. With `--check` it writes nothing, and fails when the file is not what it would write.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { readTypeDefs } from '../src/graphql/schema.ts';

const FILE = new URL('../schema.graphql', import.meta.url);
const text = `# The whole of schema/, for registries. Written by \`npm run schema:print\`; do not edit.\n\n${readTypeDefs()}`;

if (!process.argv.includes('--check')) writeFileSync(FILE, text);
else if (readFileSync(FILE, 'utf8') !== text) {
  process.stderr.write('schema.graphql is stale: run `npm run schema:print`\n');
  process.exitCode = 1;
}
