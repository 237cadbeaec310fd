/** One reading of the environment: typed values out, faults collected instead of thrown, so that all are found. */
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

  /** In the order they were found. */
  get faults(): readonly Fault[] {
    return this.#faults;
  }

  /** An empty variable counts as absent: compose files and shells cannot easily leave one out. */
  isSet(setting: Setting<unknown>): boolean {
    return Boolean(this.#variables[setting.name]);
  }

  /** The value; the fallback when it is absent, and also when it is wrong, so that the reading goes on. */
  read<T>(setting: Setting<T>): T {
    const text = this.#variables[setting.name];
    if (!text) return setting.fallback;
    const value = setting.parse(text);
    if (!(value instanceof Problem)) return value;
    this.refuse(setting, value.text);
    return setting.fallback;
  }

  /** Every setting of a table, under its name there. */
  readAll<Table extends SettingsTable>(table: Table): ValuesOf<Table> {
    const values = Object.entries(table).map(([key, setting]) => [key, this.read(setting)]);
    return Object.fromEntries(values) as ValuesOf<Table>;
  }

  /** As `read`, and absence is a fault. `when` completes "is required …". */
  require<T>(setting: Setting<T>, when: string): T {
    if (!this.isSet(setting)) this.refuse(setting, `is required ${when}`);
    return this.read(setting);
  }

  /** Exactly one of the two may and must be set. */
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
