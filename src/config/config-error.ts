/** The one error of the settings: everything that is wrong with them, by variable name, and no value. */

export interface Fault {
  readonly variable: string;
  /** Completes "VARIABLE …". Fixed words; at most the names of other variables. */
  readonly problem: string;
}

/** Its message is a list that may be printed as it is. */
export class ConfigError extends Error {
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    const lines = faults.map(({ variable, problem }) => `  ${variable} ${problem}`);
    super(['The settings cannot be used:', ...lines].join('\n'));
    this.name = 'ConfigError';
    this.faults = Object.freeze(faults.map((fault) => Object.freeze({ ...fault })));
  }
}
