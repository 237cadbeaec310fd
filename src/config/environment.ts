/** Reads the environment once: returns typed values, and collects faults instead of throwing, so that all are reported. */
import type { Fault } from './config-error.ts';
import { Problem } from './problem.ts';
import type { SecretFile } from './secret-files.ts';
import type { Setting, SettingsTable, ValuesOf } from './setting.ts';

export type Variables = Readonly<Record<string, string | undefined>>;

export class Environment {
  readonly #variables: Variables;
  readonly #files: ReadonlyMap<string, SecretFile>;
  readonly #faults: Fault[] = [];

  /** @param files by the name of the setting whose value they hold */
  constructor(variables: Variables, files: ReadonlyMap<string, SecretFile> = new Map()) {
    this.#variables = variables;
    this.#files = files;
    for (const { variable, content } of files.values()) {
      if (content instanceof Problem) this.#faults.push({ variable, problem: content.text });
    }
  }

  /** In the order in which they were found. */
  get faults(): readonly Fault[] {
    return this.#faults;
  }

  /** An empty variable counts as absent, as compose files and shells cannot easily omit a variable. */
  isSet({ name }: Setting<unknown>): boolean {
    return Boolean(this.#variables[name]) || this.#files.has(name);
  }

  /** The value; the fallback when it is absent, and also when it is wrong, so that the other settings are read as well. */
  read<T>(setting: Setting<T>): T {
    const text = this.#files.get(setting.name)?.content ?? this.#variables[setting.name];
    if (!text || text instanceof Problem) return setting.fallback;
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

  /** Like `read`, but an absent variable is a fault. `when` completes "is required …". */
  require<T>(setting: Setting<T>, when: string): T {
    const orFile = setting.file === null ? '' : `or ${setting.file} `;
    if (!this.isSet(setting)) this.refuse(setting, `${orFile}is required ${when}`);
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
    const { variable = setting.name } = this.#files.get(setting.name) ?? {};
    this.#faults.push({ variable, problem });
  }
}
