/**
 * `npm run codegen`: what codegen.ts, examples/client/codegen.ts and viewer/codegen.ts say, by the core and the plugins of GraphQL Code
 * Generator. Its command line would bring loaders of schemas from all over the internet. With `--check` it writes
 * nothing, and fails when a file is not what it would write.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { preset as client } from '@graphql-codegen/client-preset';
import { codegen } from '@graphql-codegen/core';
import { getCachedDocumentNodeFromSchema, type Types } from '@graphql-codegen/plugin-helpers';
import * as typescript from '@graphql-codegen/typescript';
import * as typescriptResolvers from '@graphql-codegen/typescript-resolvers';
import { CodeFileLoader } from '@graphql-tools/code-file-loader';
import { GraphQLFileLoader } from '@graphql-tools/graphql-file-loader';
import { loadDocuments, loadSchema } from '@graphql-tools/load';
import resolverTypes from '../codegen.ts';
import exampleTypes from '../examples/client/codegen.ts';
import viewerTypes from '../viewer/codegen.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const PLUGINS = { typescript, 'typescript-resolvers': typescriptResolvers };

type Output = Types.GenerateOptions;
type Sources = Pick<Output, 'schema' | 'documents'> & Required<Pick<Output, 'schemaAst'>>;

async function load(schemaFiles: string, documentFiles?: string): Promise<Sources> {
  const schemaAst = await loadSchema(schemaFiles, {
    cwd: ROOT,
    loaders: [new GraphQLFileLoader()],
    // So that the output does not depend on the order of files.
    sort: true,
    assumeValidSDL: true,
    convertExtensions: true,
    includeSources: true,
  });
  // Operations stay as they are indented in their file: by that text the client finds its types.
  const loaders = [new CodeFileLoader({ pluckConfig: { skipIndent: true } })];
  const documents = documentFiles
    ? await loadDocuments(documentFiles, { cwd: ROOT, loaders, sort: true })
    : [];
  return { schema: getCachedDocumentNodeFromSchema(schemaAst), schemaAst, documents };
}

async function planResolverTypes(): Promise<Output[]> {
  const sources = await load(resolverTypes.schema);
  return Object.entries(resolverTypes.generates).map(([filename, { plugins, config }]) => ({
    ...sources,
    filename,
    plugins: plugins.map((name) => ({ [name]: {} })),
    pluginMap: PLUGINS,
    config,
  }));
}

async function planClientTypes({
  schema,
  documents,
  generates,
}: typeof exampleTypes | typeof viewerTypes): Promise<Output[]> {
  const sources = await load(schema, documents);
  const outputs = Object.entries(generates).map(([baseOutputDir, { presetConfig, config }]) =>
    client.buildGeneratesSection({
      ...sources,
      baseOutputDir,
      presetConfig,
      config,
      plugins: [],
      pluginMap: {},
    }),
  );
  return (await Promise.all(outputs)).flat();
}

const isCheck = process.argv.includes('--check');
const outputs = [
  ...(await planResolverTypes()),
  ...(await planClientTypes(exampleTypes)),
  ...(await planClientTypes(viewerTypes)),
];
for (const output of outputs) {
  const { importExtension, emitLegacyCommonJSImports } = output.config;
  const text = await codegen({ ...output, importExtension, emitLegacyCommonJSImports });
  const path = `${ROOT}${output.filename}`;
  if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
  if (isCheck) {
    process.stderr.write(`${output.filename} is stale: run \`npm run codegen\`\n`);
    process.exitCode = 1;
  } else {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}
