/** Which values graphql-js treats as promises, and which have properties that it reads. */

export interface Thenable {
  then(onFulfilled?: (value: unknown) => unknown, onRejected?: (reason: unknown) => unknown): unknown;
}

/** Anything with a method `then`, as in graphql-js, so that promises of other libraries count too. */
export function isThenable(value: unknown): value is Thenable {
  return hasMembers(value) && typeof value['then'] === 'function';
}

export function hasMembers(value: unknown): value is Readonly<Record<string, unknown>> {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
