/** The error for wrong settings: it lists all of them by variable name, and contains no value. */

export interface Fault {
  readonly variable: string;
  /** Completes "VARIABLE …". A fixed text, which may name other variables. */
  readonly problem: string;
}

/** The message is a list that may be printed. */
export class ConfigError extends Error {
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    const lines = faults.map(({ variable, problem }) => `  ${variable} ${problem}`);
    super(['The settings cannot be used:', ...lines].join('\n'));
    this.name = 'ConfigError';
    this.faults = Object.freeze(faults.map((fault) => Object.freeze({ ...fault })));
  }
}
