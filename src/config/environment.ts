/** Reads the environment once: returns typed values, and collects faults instead of throwing, so that all are reported. */
import type { Fault } from './config-error.ts';
import { Problem } from './problem.ts';
import type { Setting, SettingsTable, ValuesOf } from './setting.ts';

export type Variables = Readonly<Record<string, string | undefined>>;

export class Environment {
  readonly #variables: Variables;
  readonly #faults: Fault[] = [];

  constructor(variables: Variables) {
    this.#variables = variables;
  }

  /** In the order in which they were found. */
  get faults(): readonly Fault[] {
    return this.#faults;
  }

  /** An empty variable counts as absent, as compose files and shells cannot easily leave out a variable. */
  isSet(setting: Setting<unknown>): boolean {
    return Boolean(this.#variables[setting.name]);
  }

  /** The value; the fallback when it is absent, and also when it is wrong, so that the other settings are read as well. */
  read<T>(setting: Setting<T>): T {
    const text = this.#variables[setting.name];
    if (!text) return setting.fallback;
    const value = setting.parse(text);
    if (!(value instanceof Problem)) return value;
    this.refuse(setting, value.text);
    return setting.fallback;
  }

  /** All settings of a table, under their names in the table. */
  readAll<Table extends SettingsTable>(table: Table): ValuesOf<Table> {
    const values = Object.entries(table).map(([key, setting]) => [key, this.read(setting)]);
    return Object.fromEntries(values) as ValuesOf<Table>;
  }

  /** As `read`; an absent variable is a fault. `when` completes "is required …". */
  require<T>(setting: Setting<T>, when: string): T {
    if (!this.isSet(setting)) this.refuse(setting, `is required ${when}`);
    return this.read(setting);
  }

  /** Exactly one of the two must be set. */
  requireOne(first: Setting<unknown>, second: Setting<unknown>, when: string): void {
    const both = this.isSet(first) && this.isSet(second);
    if (both) this.refuse(second, `conflicts with ${first.name}: set only one of them`);
    const neither = !this.isSet(first) && !this.isSet(second);
    if (neither) this.refuse(first, `or ${second.name} is required ${when}`);
  }

  refuse(setting: Setting<unknown>, problem: string): void {
    this.#faults.push({ variable: setting.name, problem });
  }
}
