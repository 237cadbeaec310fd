/** A gate holds the answers of an upstream until the test has seen what it waits for: causes in place of latencies. */
import type { Sandbox } from '../../sandbox/sandbox.ts';

/** Holds every answer until it is opened. */
export class Gate implements Disposable {
  readonly #opened = Promise.withResolvers<void>();
  readonly open = (): void => this.#opened.resolve();
  readonly passed = this.#opened.promise;

  /** So that a test that fails before it opens its gate ends, and says why. */
  [Symbol.dispose](): void {
    this.open();
  }
}

/** From now on this Redox answers no query and no write until the gate is opened. Its calls are in flight meanwhile. */
export function holdAnswers(redox: Sandbox): Gate {
  const gate = new Gate();
  redox.answer = () => gate.passed.then(() => undefined);
  redox.answerWrite = () => gate.passed.then(() => undefined);
  return gate;
}
