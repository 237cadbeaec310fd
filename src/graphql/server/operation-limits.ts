/**
 * Operations that ask for too much are refused as a whole, with HTTP 400, before any part of them runs. A document is measured
 * once it is parsed; lists in variables, which no document shows, are measured when its operation is known.
 */
import { type DocumentNode, parse } from 'graphql';
import { badInput } from '../../errors.ts';
import { type DocumentSize, findLongList, measureDocument } from './document-size.ts';
import { takesLongToValidate } from './field-comparisons.ts';
import { always, type OperationPlugin } from './operation-plugin.ts';

/** The most of each kind that one operation may ask for. */
export interface OperationLimits {
  readonly depth: number;
  readonly aliases: number;
  readonly rootFields: number;
  /** In any list: in arguments, in their members, and in representations of entities. */
  readonly listEntries: number;
}

const PROBLEMS = {
  depth: 'is nested too deeply',
  aliases: 'has too many aliases',
  rootFields: 'has too many root fields',
  listEntries: 'has a list with too many entries',
  comparisons: 'repeats fields too often',
} satisfies Record<Kind, string>;

type Kind = keyof DocumentSize | 'comparisons';

/**
 * Documents that take the place of refused ones, which could take long to validate. Apollo Server keeps parsed documents, so
 * a refused document is recognised again when the same operation is sent again.
 */
const REFUSED: ReadonlyMap<DocumentNode, Kind> = new Map(
  (['depth', 'aliases', 'rootFields', 'listEntries', 'comparisons'] as const).map((kind) => [
    parse('{ __typename }'),
    kind,
  ]),
);

export function limitOperations(limits: OperationLimits): OperationPlugin {
  function standInFor(document: DocumentNode): DocumentNode {
    const size = measureDocument(document);
    const isRefused = (kind: Kind) =>
      kind === 'comparisons' ? takesLongToValidate(document) : size[kind] > limits[kind];
    const [standIn] = [...REFUSED].find(([, kind]) => isRefused(kind)) ?? [];
    return standIn ?? document;
  }

  return always({
    didParse(context) {
      if (context.document === undefined) return;
      // Apollo Server validates, keeps and executes the document that is here when this hook returns.
      Object.assign(context, { document: standInFor(context.document) });
    },
    didResolveOperation({ document, request, response }) {
      const refused = REFUSED.get(document);
      const variable = findLongList(request.variables ?? {}, limits.listEntries);
      if (refused === undefined && variable === undefined) return;
      response.http.status = 400;
      throw refused ? badInput('query', PROBLEMS[refused]) : badInput(`$${variable}`, PROBLEMS.listEntries);
    },
  });
}
