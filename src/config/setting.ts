/** A setting: everything that the program and its documentation need to know of one environment variable. */
import { Problem } from './problem.ts';

export type Parser<T> = (text: string) => T | Problem;

export interface Setting<T> {
  readonly name: string;
  /** The variable that names a file with the value instead; null: the value is not a secret, and there is none. */
  readonly file: string | null;
  /** A sentence for docs/settings.md and `.env.example`. */
  readonly meaning: string;
  /** The documented default: a value if `defaultIsValue`, else a text. */
  readonly default: string;
  readonly defaultIsValue: boolean;
  readonly parse: Parser<T>;
  /** The value of an absent variable. */
  readonly fallback: T;
}

/** Settings by their names in the program. */
export type SettingsTable = Readonly<Record<string, Setting<unknown>>>;

/** The values of a table of settings. */
export type ValuesOf<Table extends SettingsTable> = {
  readonly [Key in keyof Table]: Table[Key]['fallback'];
};

/** The documented default of a setting that has none. */
export const NONE = '–';

/** A setting with a default value, which the same parser reads. */
export function fixed<T>(name: string, parse: Parser<T>, value: string, meaning: string): Setting<T> {
  const fallback = parse(value);
  if (fallback instanceof Problem) throw new Error(`The default of ${name} ${fallback.text}.`);
  return { name, file: null, meaning, default: value, defaultIsValue: true, parse, fallback };
}

/**
 * A setting without a default, or with one that depends on other settings. Its value is undefined when the variable is absent.
 */
export function open<T>(
  name: string,
  parse: Parser<T>,
  words: string,
  meaning: string,
): Setting<T | undefined> {
  return { name, file: null, meaning, default: words, defaultIsValue: false, parse, fallback: undefined };
}

/** The same setting, whose value may also come from a file. */
export function secret<T>(setting: Setting<T>): Setting<T> {
  return { ...setting, file: `${setting.name}_FILE` };
}

/** The variables of these settings. */
export function variablesOf(settings: readonly Setting<unknown>[]): readonly string[] {
  return settings.flatMap(({ name, file }) => (file === null ? [name] : [name, file]));
}
