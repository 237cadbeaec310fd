/**
 * One write in the memory of writes, under one name for each secret of the gateway. While secrets are rotated, two replicas have at least
 * one secret in common, whichever of theirs is the first, so both know the write by that name.
 */
import type { Remembered, WriteMemory, WriteResult } from './write-memory.ts';

/** `key` and `fingerprint`: HMACs of the caller's name for the write, and of its input. */
export interface WriteName {
  readonly key: string;
  readonly fingerprint: string;
}

export class NamedWrite {
  readonly #memory: WriteMemory;
  readonly #names: readonly WriteName[];

  constructor(memory: WriteMemory, names: readonly WriteName[]) {
    this.#memory = memory;
    // All replicas begin in one order: of two that begin a write at once, the second one finds the first name taken.
    this.#names = names.toSorted((one, other) => (one.key < other.key ? -1 : 1));
  }

  /**
   * Null when the write is new; it then counts as under way. Otherwise what is remembered: whether it had this input, and its
   * result; null while it is under way. @throws OVERLOADED when it cannot be remembered.
   */
  async begin(): Promise<{ readonly isSameInput: boolean; readonly result: WriteResult | null } | null> {
    for (const [at, name] of this.#names.entries()) {
      const known = await this.#beginUnder(name, at);
      if (known === null) continue;
      await this.#forgetFirst(at);
      return { isSameInput: known.fingerprint === name.fingerprint, result: known.result };
    }
    return null;
  }

  async finish(result: WriteResult): Promise<void> {
    for (const { key, fingerprint } of this.#names) await this.#memory.finish(key, { fingerprint, result });
  }

  /** Allows the same write once more. */
  async forget(): Promise<void> {
    await this.#forgetFirst(this.#names.length);
  }

  async #beginUnder({ key, fingerprint }: WriteName, at: number): Promise<Remembered | null> {
    try {
      return await this.#memory.begin(key, fingerprint);
    } catch (error) {
      await this.#forgetFirst(at);
      throw error;
    }
  }

  async #forgetFirst(count: number): Promise<void> {
    for (const { key } of this.#names.slice(0, count)) await this.#memory.forget(key);
  }
}
