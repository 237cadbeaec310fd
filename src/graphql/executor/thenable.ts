/** Which values graphql-js takes for promises, and which have members that it reads. */

export interface Thenable {
  then(onFulfilled?: (value: unknown) => unknown, onRejected?: (reason: unknown) => unknown): unknown;
}

/** Anything with a method `then`, as in graphql-js: promises of another library too. */
export function isThenable(value: unknown): value is Thenable {
  return hasMembers(value) && typeof value['then'] === 'function';
}

export function hasMembers(value: unknown): value is Readonly<Record<string, unknown>> {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
