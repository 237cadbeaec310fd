/** The documents whose files could not be loaded, and why: errors contain a path, while tiles know the id of their document. */
import { createStore } from '../store.ts';

interface Result {
  readonly data?: unknown;
  readonly errors?: readonly {
    readonly path?: readonly (string | number)[];
    readonly extensions?: Readonly<Record<string, unknown>>;
  }[];
}

/** Codes by `Media.id`. */
export const contentProblems = createStore<ReadonlyMap<string, string>>(new Map());

export function noteContentProblems({ data, errors = [] }: Result): void {
  const found = new Map(contentProblems.get());
  for (const { path = [], extensions } of errors) {
    const at = path.lastIndexOf('content');
    if (at < 0) continue;
    const id = valueAt(data, [...path.slice(0, at), 'id']);
    if (typeof id === 'string') found.set(id, String(extensions?.['code']));
  }
  if (found.size > contentProblems.get().size) contentProblems.set(found);
}

function valueAt(data: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Record<string | number, unknown>)[key] : null,
    data,
  );
}
