/** What the benchmark and its servers tell each other, and the servers' side of it. */

export type Texts = Readonly<Record<string, string>>;
export type Numbers = Readonly<Record<string, number>>;

export function isTexts(message: unknown): message is Texts {
  return isRecordOf(message, 'string');
}

export function isNumbers(message: unknown): message is Numbers {
  return isRecordOf(message, 'number');
}

/** Tells the benchmark that this process serves, answers its readings, and ends when it does. */
export function announce(ready: Texts, readCounters: () => Numbers = () => ({})): void {
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.({ cpuMs: (user + system) / 1000, ...readCounters() });
  });
  process.on('disconnect', () => process.exit(0));
  process.send?.(ready);
}

function isRecordOf(message: unknown, kind: 'string' | 'number'): boolean {
  return (
    typeof message === 'object' &&
    message !== null &&
    Object.values(message).every((one) => typeof one === kind)
  );
}
