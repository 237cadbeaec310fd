/**
 * `npm run schema:print`, after any change of `schema/`: writes it as the one file that registries of schemas take,
 * `schema.graphql`, for tools that know nothing of Federation as `api.graphql`, and as a page for people, `docs/schema.md`. With `--check` it writes nothing, and fails when one of them
 * is not what it would write.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { type DocumentNode, parse, print, specifiedDirectives, visit } from 'graphql';
import { EXAMPLE_OPERATIONS } from '../src/graphql/schema/example-operations.ts';
import { readTypeDefs } from '../src/graphql/schema/schema.ts';
import { describeSchema } from './schema-reference.ts';

/** Those that GraphQL itself defines. */
const OWN_DIRECTIVES = new Set(specifiedDirectives.map(({ name }) => name));

/** The same types, without Federation's directives. */
function withoutFederation(document: DocumentNode): DocumentNode {
  return visit(document, {
    Directive: ({ name }) => (OWN_DIRECTIVES.has(name.value) ? undefined : null),
    SchemaExtension: () => null,
  });
}

const typeDefs = readTypeDefs();
const FILES = {
  'schema.graphql': `# The whole of schema/, for registries. Written by \`npm run schema:print\`; do not edit.\n\n${typeDefs}`,
  'api.graphql': `# The types of schema/ without Federation's directives, for Relay's compiler and other tools. Written by \`npm run schema:print\`; do not edit.\n\n${print(withoutFederation(parse(typeDefs)))}\n`,
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
