/** Measures a document before it is validated, since validating a document that is too large takes long itself. */
import { type DocumentNode, type FragmentDefinitionNode, Kind, type SelectionSetNode, visit } from 'graphql';

/** For each kind, the maximum over all operations of the document; a fragment counts wherever it is spread. */
export interface DocumentSize {
  /** Levels of fields. Introspection has levels of its own, which do not count. */
  readonly depth: number;
  readonly aliases: number;
  readonly rootFields: number;
  /** The length of the longest list in the document. */
  readonly listEntries: number;
}

interface SelectionSize {
  readonly depth: number;
  readonly aliases: number;
  readonly fields: number;
}

const NOTHING: SelectionSize = { depth: 0, aliases: 0, fields: 0 };

export function measureDocument(document: DocumentNode): DocumentSize {
  const measure = new Measure(document);
  const sizes = document.definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION ? [measure.sizeOf(definition.selectionSet)] : [],
  );
  return {
    depth: Math.max(0, ...sizes.map(({ depth }) => depth)),
    aliases: Math.max(0, ...sizes.map(({ aliases }) => aliases)),
    rootFields: Math.max(0, ...sizes.map(({ fields }) => fields)),
    listEntries: longestListIn(document),
  };
}

class Measure {
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** A fragment is measured once, however often it is spread: nested spreads would double the work at every level. */
  readonly #sizes = new Map<string, SelectionSize>();

  constructor({ definitions }: DocumentNode) {
    const fragments = definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
    this.#fragments = new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
  }

  sizeOf({ selections }: SelectionSetNode): SelectionSize {
    let { depth, aliases, fields } = NOTHING;
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        const inner = selection.selectionSet ? this.sizeOf(selection.selectionSet) : NOTHING;
        const isIntrospection = selection.name.value.startsWith('__');
        depth = Math.max(depth, isIntrospection ? 1 : inner.depth + 1);
        aliases += inner.aliases + (selection.alias ? 1 : 0);
        fields += 1;
        continue;
      }
      const size =
        selection.kind === Kind.INLINE_FRAGMENT
          ? this.sizeOf(selection.selectionSet)
          : this.#sizeOfFragment(selection.name.value);
      depth = Math.max(depth, size.depth);
      aliases += size.aliases;
      fields += size.fields;
    }
    return { depth, aliases, fields };
  }

  #sizeOfFragment(name: string): SelectionSize {
    const known = this.#sizes.get(name);
    if (known !== undefined) return known;
    // Validation refuses fragments that spread themselves, and those that do not exist.
    this.#sizes.set(name, NOTHING);
    const fragment = this.#fragments.get(name);
    const size = fragment ? this.sizeOf(fragment.selectionSet) : NOTHING;
    this.#sizes.set(name, size);
    return size;
  }
}

function longestListIn(document: DocumentNode): number {
  let longest = 0;
  visit(document, {
    ListValue({ values }) {
      longest = Math.max(longest, values.length);
    },
  });
  return longest;
}

/** The name of the first variable that contains a list with more entries, at any depth; undefined when none does. */
export function findLongList(
  variables: Readonly<Record<string, unknown>>,
  maxEntries: number,
): string | undefined {
  return Object.keys(variables).find((name) => holdsLongList(variables[name], maxEntries));
}

/** Without recursion, since JSON may nest deeper than the stack allows. */
function holdsLongList(value: unknown, maxEntries: number): boolean {
  const open = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next !== 'object' || next === null) continue;
    if (Array.isArray(next) && next.length > maxEntries) return true;
    for (const member of Object.values(next)) open.push(member);
  }
  return false;
}
