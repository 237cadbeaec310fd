/**
 * `npm run schema:print`, after any change of `schema/`: writes it as the one file that registries of schemas take,
 * `schema.graphql`, and as a page for people, `docs/schema.md`. With `--check` it writes nothing, and fails when one of them
 * is not what it would write.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { EXAMPLE_OPERATIONS } from '../src/graphql/schema/example-operations.ts';
import { readTypeDefs } from '../src/graphql/schema/schema.ts';
import { describeSchema } from './schema-reference.ts';

const typeDefs = readTypeDefs();
const FILES = {
  'schema.graphql': `# The whole of schema/, for registries. Written by \`npm run schema:print\`; do not edit.\n\n${typeDefs}`,
  'docs/schema.md': describeSchema(typeDefs, EXAMPLE_OPERATIONS),
};

for (const [path, text] of Object.entries(FILES)) {
  const file = new URL(`../${path}`, import.meta.url);
  if (!process.argv.includes('--check')) writeFileSync(file, text);
  else if (readFileSync(file, 'utf8') !== text) {
    process.stderr.write(`${path} is stale: run \`npm run schema:print\`\n`);
    process.exitCode = 1;
  }
}
