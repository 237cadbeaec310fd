/** What a value ought to have been, in fixed words that complete "VARIABLE …". It never holds any of the value. */
export class Problem {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}
