/** Settings do not change after the start: what is written into them by mistake is an error at once. */

/** The value itself, frozen in all its depth. A Map cannot be: its type has to keep it (`ReadonlyMap`). */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const member of Object.values(value)) deepFreeze(member);
  return Object.freeze(value);
}
