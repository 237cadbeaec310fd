/**
 * The fields that are selected on an object, found before the object is loaded: through fragments, and respecting `@skip` and
 * `@include`.
 */
import {
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type FragmentSpreadNode,
  type GraphQLSchema,
  Kind,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql';

/** The context in which a selection is read; the `info` of a resolver contains all of it. */
export interface SelectionScope {
  readonly schema: GraphQLSchema;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  readonly variableValues: Readonly<Record<string, unknown>>;
}

/** The fields that `selectionSets` select on an object of the type `typeName`. */
export function selectedFields(
  selectionSets: readonly (SelectionSetNode | undefined)[],
  typeName: string,
  scope: SelectionScope,
): FieldNode[] {
  const walk = { ...scope, typeName, found: [], visited: new Set<string>() };
  for (const set of selectionSets) if (set !== undefined) collect(set, walk);
  return walk.found;
}

interface Walk extends SelectionScope {
  readonly typeName: string;
  readonly found: FieldNode[];
  /**
   * A named fragment counts once, as in execution: fragments that spread the next one twice would double the work at every level.
   */
  readonly visited: Set<string>;
}

function collect({ selections }: SelectionSetNode, walk: Walk): void {
  for (const selection of selections) {
    if (isLeftOut(selection.directives, walk)) continue;
    if (selection.kind === Kind.FIELD) walk.found.push(selection);
    else {
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : visitFragment(selection, walk);
      if (fragment && fits(fragment.typeCondition?.name.value, walk)) collect(fragment.selectionSet, walk);
    }
  }
}

function visitFragment({ name }: FragmentSpreadNode, { fragments, visited }: Walk) {
  if (visited.has(name.value)) return undefined;
  visited.add(name.value);
  return fragments[name.value];
}

/** Types are compared by name: the predicates of graphql-js recognise only types of their own copy of the package. */
function fits(condition: string | undefined, { typeName, schema }: Walk): boolean {
  if (condition === undefined || condition === typeName) return true;
  const abstract = schema.getType(condition);
  const type = schema.getType(typeName);
  const members = abstract && 'getTypes' in abstract ? abstract.getTypes() : [];
  const interfaces = type && 'getInterfaces' in type ? type.getInterfaces() : [];
  return members.some(({ name }) => name === typeName) || interfaces.some(({ name }) => name === condition);
}

/** Whether `@skip` or `@include` leaves the selection out. */
export function isLeftOut(
  directives: readonly DirectiveNode[] = [],
  { variableValues }: SelectionScope,
): boolean {
  return directives.some((directive) => {
    const [condition] = directive.arguments ?? [];
    const holds = condition && valueFromASTUntyped(condition.value, variableValues);
    return directive.name.value === 'skip'
      ? holds === true
      : directive.name.value === 'include' && holds === false;
  });
}
