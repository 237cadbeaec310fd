/**
 * Operations that ask too much are refused as a whole, with HTTP 400, before anything of them runs. What stands in a
 * document is counted once it is parsed; lists in variables, which no document shows, when its operation is known.
 */
import type { ApolloServerPlugin } from '@apollo/server';
import { type DocumentNode, parse } from 'graphql';
import { badInput } from '../inputs/bad-input.ts';
import { type DocumentSize, findLongList, measureDocument } from './document-size.ts';

/** Most of each that one operation may have. */
export interface OperationLimits {
  readonly depth: number;
  readonly aliases: number;
  readonly rootFields: number;
  /** In any list: arguments, their members, and representations of entities. */
  readonly listEntries: number;
}

const PROBLEMS = {
  depth: 'is nested too deeply',
  aliases: 'has too many aliases',
  rootFields: 'has too many root fields',
  listEntries: 'has a list with too many entries',
} satisfies Record<keyof DocumentSize, string>;

/**
 * Stand in for documents that are refused: validating those could take long. Apollo Server keeps parsed documents, so
 * each is recognised by itself, also when the same operation comes again.
 */
const REFUSED: ReadonlyMap<DocumentNode, keyof DocumentSize> = new Map(
  (['depth', 'aliases', 'rootFields', 'listEntries'] as const).map((kind) => [parse('{ __typename }'), kind]),
);

export function limitOperations(limits: OperationLimits): ApolloServerPlugin {
  function standInFor(document: DocumentNode): DocumentNode {
    const size = measureDocument(document);
    const [standIn] = [...REFUSED].find(([, kind]) => size[kind] > limits[kind]) ?? [];
    return standIn ?? document;
  }

  return {
    async requestDidStart() {
      return {
        async parsingDidStart(context) {
          return async (error) => {
            if (error !== undefined || context.document === undefined) return;
            // What Apollo Server validates, keeps and runs is what stands here now.
            Object.assign(context, { document: standInFor(context.document) });
          };
        },
        async didResolveOperation({ document, request, response }) {
          const refused = REFUSED.get(document);
          const variable = findLongList(request.variables ?? {}, limits.listEntries);
          if (refused === undefined && variable === undefined) return;
          response.http.status = 400;
          throw refused
            ? badInput('query', PROBLEMS[refused])
            : badInput(`$${variable}`, PROBLEMS.listEntries);
        },
      };
    },
  };
}
