/**
 * Counts the fields of a result that have to be loaded from Redox, and the calls that a DataLoader for each field would make,
 * which loads equal fields once. The schema's descriptions state which fields cost a call of their own.
 */
import type { DocumentNode, FieldNode, FragmentDefinitionNode, SelectionSetNode } from 'graphql';

export interface Loads {
  readonly fields: number;
  readonly dataLoaderCalls: number;
}

const LOADED: Readonly<Record<string, ReadonlySet<string>>> = {
  Query: new Set(['media', 'mediaSearch']),
  Patient: new Set(['identifiers', 'visits', 'media']),
  Visit: new Set(['media']),
};

/** Arguments that cut what is loaded, and need no call of their own. */
const OF_THE_PAGE: ReadonlySet<string> = new Set(['first', 'last', 'after', 'before', 'orderBy']);

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

/** An object of the result: its type, and its key for a DataLoader. */
interface Parent {
  readonly type: string;
  readonly key: string;
}

export function countLoads({ definitions }: DocumentNode, data: unknown): Loads {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const one of definitions) if (one.kind === 'FragmentDefinition') fragments.set(one.name.value, one);
  const counter = new LoadCounter(fragments);
  for (const one of definitions) {
    if (one.kind === 'OperationDefinition') counter.visit(one.selectionSet, data, { type: 'Query', key: '' });
  }
  return { fields: counter.fields, dataLoaderCalls: counter.calls.size };
}

class LoadCounter {
  fields = 0;
  readonly calls = new Set<string>();
  readonly #fragments: Fragments;

  constructor(fragments: Fragments) {
    this.#fragments = fragments;
  }

  visit(selections: SelectionSetNode, value: unknown, given: Parent): void {
    if (Array.isArray(value)) {
      for (const [at, entry] of value.entries()) {
        this.visit(selections, entry, { ...given, key: `${given.key}.${at}` });
      }
    } else if (typeof value === 'object' && value !== null) {
      const object = value as Readonly<Record<string, unknown>>;
      const parent = {
        type: textOr(object['__typename'], given.type),
        key: textOr(object['id'], given.key),
      };
      for (const field of fieldsOf(selections, this.#fragments)) this.#visitField(field, object, parent);
    }
  }

  #visitField(field: FieldNode, object: Readonly<Record<string, unknown>>, { type, key }: Parent): void {
    const child = object[(field.alias ?? field.name).value];
    if (child === undefined) return;
    const name = field.name.value;
    if (LOADED[type]?.has(name)) {
      this.fields++;
      this.calls.add(JSON.stringify([type, key, name, filtersOf(field)]));
    }
    if (field.selectionSet) this.visit(field.selectionSet, child, { type: '', key: `${key}.${name}` });
  }
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}

function fieldsOf({ selections }: SelectionSetNode, fragments: Fragments): readonly FieldNode[] {
  return selections.flatMap((one) => {
    if (one.kind === 'Field') return one;
    const inner = one.kind === 'InlineFragment' ? one : fragments.get(one.name.value);
    return inner ? fieldsOf(inner.selectionSet, fragments) : [];
  });
}

function filtersOf({ arguments: given = [] }: FieldNode): readonly string[] {
  return given.filter(({ name }) => !OF_THE_PAGE.has(name.value)).map(({ name }) => name.value);
}
