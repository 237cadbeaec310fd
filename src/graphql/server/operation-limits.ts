/**
 * Refuses operations that request too much as a whole, with HTTP 400, before any part of them is executed. A document is measured
 * after it has been parsed; lists in variables, which are not part of the document, are measured when the operation is known.
 */
import { type DocumentNode, parse } from 'graphql';
import { badInput } from '../../errors.ts';
import { type DocumentSize, findLongList, measureDocument } from './document-size.ts';
import { takesLongToValidate } from './field-comparisons.ts';
import { always, type OperationPlugin } from './operation-plugin.ts';

/** The maximum of each kind for one operation. */
export interface OperationLimits {
  readonly depth: number;
  readonly aliases: number;
  readonly rootFields: number;
  /** For any list: in arguments, in their input fields, and in representations of entities. */
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
 * Documents that replace refused ones, which could take long to validate. Apollo Server keeps parsed documents, so a refused
 * document is recognised when the same operation is sent again.
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
      // Apollo Server validates, keeps and executes the document that is set when this hook returns.
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
