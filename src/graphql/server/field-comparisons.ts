/** Limits the time of validation: graphql-js compares every two fields of the same response path with each other. */
import { type DocumentNode, type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql';

/**
 * The maximum number of fields of one operation, where a fragment counts wherever it is spread. A document within LIMIT_TOKENS
 * that repeats nothing has fewer than 2,000; nested spreads would double the number at every level.
 */
const MAX_FIELDS = 10_000;

/** A comparison takes graphql-js a third of a microsecond, so this many take some 15 ms. */
const MAX_COMPARISONS = 50_000;

/**
 * Whether validating the document would take too long. The fields of one path are those that GraphQL merges into one field of the
 * response (October 2021, §5.3.2): `n` of them are compared in about `n²` ways, whatever graphql-js caches for fragments.
 */
export function takesLongToValidate({ definitions }: DocumentNode): boolean {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  return definitions.some(
    (definition) =>
      'selectionSet' in definition && new Comparisons(fragments).exceedLimit(definition.selectionSet),
  );
}

class Comparisons {
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  #fields = 0;
  #comparisons = 0;

  constructor(fragments: ReadonlyMap<string, FragmentDefinitionNode>) {
    this.#fragments = fragments;
  }

  exceedLimit(selectionSet: SelectionSetNode): boolean {
    const open: (readonly SelectionSetNode[])[] = [[selectionSet]];
    for (let sets = open.pop(); sets !== undefined; sets = open.pop()) {
      const merged = new MergedFields(this.#fragments, MAX_FIELDS - this.#fields);
      for (const set of sets) merged.add(set);
      this.#fields += merged.fields;
      for (const { count, sets: below } of merged.byName.values()) {
        this.#comparisons += count > 1 ? count ** 2 : 0;
        if (below.length > 0) open.push(below);
      }
      if (this.#fields >= MAX_FIELDS || this.#comparisons > MAX_COMPARISONS) return true;
    }
    return false;
  }
}

interface SameName {
  count: number;
  readonly sets: SelectionSetNode[];
}

/** The fields of one object of the response, by their response keys. A fragment adds its fields once, as in execution. */
class MergedFields {
  readonly byName = new Map<string, SameName>();
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #visited = new Set<string>();
  readonly #maxFields: number;
  fields = 0;

  constructor(fragments: ReadonlyMap<string, FragmentDefinitionNode>, maxFields: number) {
    this.#fragments = fragments;
    this.#maxFields = maxFields;
  }

  add({ selections }: SelectionSetNode): void {
    for (const selection of selections) {
      if (this.fields >= this.#maxFields) return;
      if (selection.kind === Kind.INLINE_FRAGMENT) this.add(selection.selectionSet);
      else if (selection.kind === Kind.FRAGMENT_SPREAD) this.#addFragment(selection.name.value);
      else this.#addField((selection.alias ?? selection.name).value, selection.selectionSet);
    }
  }

  #addFragment(name: string): void {
    if (this.#visited.has(name)) return;
    this.#visited.add(name);
    const fragment = this.#fragments.get(name);
    if (fragment) this.add(fragment.selectionSet);
  }

  #addField(name: string, set: SelectionSetNode | undefined): void {
    this.fields += 1;
    const same = this.byName.get(name);
    if (same === undefined) this.byName.set(name, { count: 1, sets: set ? [set] : [] });
    else {
      same.count += 1;
      if (set) same.sets.push(set);
    }
  }
}
