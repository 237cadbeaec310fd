/**
 * Finds the variables that decide, by `@skip` and `@include`, which fields an operation has: each combination of their values is
 * planned separately.
 */
import { type DirectiveNode, type DocumentNode, Kind, visit } from 'graphql';

const CONDITIONAL: ReadonlySet<string> = new Set(['skip', 'include']);

/** The names of these variables, in all operations and fragments of a document. */
export function findConditions(document: DocumentNode): readonly string[] {
  const names = new Set<string>();
  visit(document, {
    Directive: (directive) => {
      for (const name of variablesOf(directive)) names.add(name);
    },
  });
  return [...names];
}

function variablesOf({ name, arguments: given = [] }: DirectiveNode): readonly string[] {
  if (!CONDITIONAL.has(name.value)) return [];
  return given.flatMap(({ value }) => (value.kind === Kind.VARIABLE ? [value.name.value] : []));
}

/**
 * Distinguishes the combinations of values; null where a value is not a boolean, as the behaviour of graphql-js then depends on
 * its place.
 */
export function keyOfConditions(
  names: readonly string[],
  values: Readonly<Record<string, unknown>>,
): string | null {
  let key = '';
  for (const name of names) {
    const value = values[name];
    // A variable of another operation of the document decides nothing here.
    if (value === undefined && !Object.hasOwn(values, name)) key += '-';
    else if (typeof value === 'boolean') key += value ? '1' : '0';
    else return null;
  }
  return key;
}
