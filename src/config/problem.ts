/** What is wrong with a value: a fixed text that completes "VARIABLE …" and never contains a part of the value. */
export class Problem {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}
