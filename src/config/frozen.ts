/** Settings that nobody can change after start. */

/** A Map whose content is that of its construction. */
export class FrozenMap<Key, Value> extends Map<Key, Value> {
  constructor(entries: Iterable<readonly [Key, Value]>) {
    super();
    // Not handed to super(): that would call the `set` below.
    for (const [key, value] of entries) super.set(key, value);
  }

  override set(): never {
    throw new TypeError('This map is frozen.');
  }

  override delete(): never {
    throw new TypeError('This map is frozen.');
  }

  override clear(): never {
    throw new TypeError('This map is frozen.');
  }
}

/** The value itself, frozen in all its depth. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const member of Object.values(value)) deepFreeze(member);
  return Object.freeze(value);
}
