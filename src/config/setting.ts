/** A setting: everything that the program and its documentation know of one environment variable, said once. */
import { Problem } from './problem.ts';

export type Parser<T> = (text: string) => T | Problem;

export interface Setting<T> {
  readonly name: string;
  /** A sentence for README and `.env.example`. */
  readonly meaning: string;
  /** As documented: the value itself when `defaultIsValue`, else words. */
  readonly default: string;
  readonly defaultIsValue: boolean;
  readonly parse: Parser<T>;
  /** What an absent variable reads as. */
  readonly fallback: T;
}

/** Settings by the names that the program knows them by. */
export type SettingsTable = Readonly<Record<string, Setting<unknown>>>;

/** What a table of settings reads as. */
export type ValuesOf<Table extends SettingsTable> = {
  readonly [Key in keyof Table]: Table[Key]['fallback'];
};

/** The documented default of a setting that has none. */
export const NONE = '–';

/** A setting whose default is a value like any other, read by the same parser. */
export function fixed<T>(name: string, parse: Parser<T>, value: string, meaning: string): Setting<T> {
  const fallback = parse(value);
  if (fallback instanceof Problem) throw new Error(`The default of ${name} ${fallback.text}.`);
  return { name, meaning, default: value, defaultIsValue: true, parse, fallback };
}

/** A setting whose default depends on others, or that has none: absent, it reads as undefined. */
export function open<T>(
  name: string,
  parse: Parser<T>,
  words: string,
  meaning: string,
): Setting<T | undefined> {
  return { name, meaning, default: words, defaultIsValue: false, parse, fallback: undefined };
}
