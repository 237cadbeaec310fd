/** Finds out what an operation needs of files before its fields load them, so that a call does no more than that. */
import {
  type FieldNode,
  type GraphQLResolveInfo,
  Kind,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql';
import { type ContentsMode, forLinks } from '../../redox/reply/contents.ts';
import { isLeftOut, type SelectionScope } from './selection.ts';

/** The default of the schema; an explicit null means the same. */
export const DEFAULT_MAX_BYTES = 1_000_000;

/** Computed once for each field of an operation, however many objects it is resolved on. */
const selectedBelow = new WeakMap<readonly FieldNode[], ContentsMode>();

/**
 * Fields of documents without a field `content` below them, whatever the variables are: almost all fields. Documents are kept
 * parsed.
 */
const withoutContent = new WeakSet<FieldNode>();

/**
 * The treatment that satisfies every selection below the field of `info`, since those fields use the items that it loads.
 * `maxFileBytes`: the limit for one file, whatever an argument says. `keepsForLinks`: whether files are kept for their links.
 */
export function findContentsMode(
  info: GraphQLResolveInfo,
  maxFileBytes: number,
  keepsForLinks = false,
): ContentsMode {
  const { fieldNodes } = info;
  const [only, ...others] = fieldNodes;
  if (only !== undefined && others.length === 0 && withoutContent.has(only)) return 'skip';
  const before = selectedBelow.get(fieldNodes);
  if (before !== undefined) return before;
  const walk = new Walk(info, maxFileBytes);
  for (const { selectionSet } of fieldNodes) walk.visit(selectionSet);
  const requested = keepsForLinks && walk.hasLink ? forLinks(walk.requested) : walk.requested;
  selectedBelow.set(fieldNodes, requested);
  if (only !== undefined && others.length === 0 && !walk.mayHaveContent) withoutContent.add(only);
  return requested;
}

/** It looks only at the names of fields, as just one type has a field `content`. */
class Walk {
  readonly #scope: SelectionScope;
  readonly #maxFileBytes: number;
  readonly #visited = new Set<string>();
  #hasContent = false;
  /** `@skip` or `@include` has left out a selection, which another execution may include. */
  #leftOut = false;
  #keepBytes = -1;
  hasLink = false;

  constructor(scope: SelectionScope, maxFileBytes: number) {
    this.#scope = scope;
    this.#maxFileBytes = maxFileBytes;
  }

  get mayHaveContent(): boolean {
    return this.#hasContent || this.#leftOut;
  }

  get requested(): ContentsMode {
    if (!this.#hasContent) return 'skip';
    return this.#keepBytes < 0 ? 'digest' : { keepBytes: this.#keepBytes };
  }

  visit(set: SelectionSetNode | undefined, isInContent = false): void {
    for (const selection of set?.selections ?? []) {
      if (isLeftOut(selection.directives, this.#scope)) {
        this.#leftOut = true;
        continue;
      }
      if (selection.kind === Kind.FIELD) this.#visitField(selection, isInContent);
      else if (selection.kind === Kind.INLINE_FRAGMENT) this.visit(selection.selectionSet, isInContent);
      else this.#visitFragment(selection.name.value, isInContent);
    }
  }

  /** Each fragment is visited once: fragments that each spread the next one twice would double the work at every level. */
  #visitFragment(name: string, isInContent: boolean): void {
    if (this.#visited.has(name)) return;
    this.#visited.add(name);
    this.visit(this.#scope.fragments[name]?.selectionSet, isInContent);
  }

  #visitField(field: FieldNode, isInContent: boolean): void {
    const isContent = field.name.value === 'content';
    if (isContent) this.#hasContent = true;
    if (isInContent && field.name.value === 'base64') this.#noteBase64(field);
    if (isInContent && field.name.value === 'url') this.hasLink = true;
    this.visit(field.selectionSet, isContent);
  }

  #noteBase64(field: FieldNode): void {
    const argument = field.arguments?.find(({ name }) => name.value === 'maxBytes');
    const given = argument && valueFromASTUntyped(argument.value, this.#scope.variableValues);
    const maxBytes = typeof given === 'number' ? given : DEFAULT_MAX_BYTES;
    this.#keepBytes = Math.max(this.#keepBytes, Math.min(Math.max(maxBytes, 0), this.#maxFileBytes));
  }
}
