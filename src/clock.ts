/** The source of time and of all timers: one clock for the process, which is made at its start and passed to every part. */

/** A pending timeout. */
export interface Timer extends Disposable {
  /** Lets the process end while the timer is pending. */
  unref(): Timer;
}

/**
 * A clock has two times, as neither can replace the other. A wall clock that is set back would delay every deadline. A clock that
 * only runs forwards stays wrong when the machine has started with a wrong time or has slept, so that expired tokens would be
 * accepted. Libraries have timers of their own for connections; everything that a caller waits for is timed by this clock.
 */
export interface Clock {
  /** For deadlines and durations: milliseconds since an arbitrary point in time. It never runs backwards. */
  now(): number;
  /** For times that other systems read or write (expiries, dates): milliseconds since 1970 by the machine's clock. */
  wallTime(): number;
  setTimeout(callback: () => void, ms: number): Timer;
  clearTimeout(timer: Timer | undefined): void;
  /** Calls back at the end of the event loop's current turn. */
  setImmediate(callback: () => void): void;
}

export function createSystemClock(): Clock {
  return {
    now: () => performance.now(),
    wallTime: () => Date.now(),
    setTimeout: (callback, ms) => setTimeout(callback, ms),
    clearTimeout: (timer) => timer?.[Symbol.dispose](),
    setImmediate: (callback) => void setImmediate(callback),
  };
}

/** Resolves in the next turn of the event loop, so that other work can run in between. */
export function nextTurn(clock: Pick<Clock, 'setImmediate'>): Promise<void> {
  return new Promise((resolve) => clock.setImmediate(resolve));
}

/** Resolves after so many milliseconds, or when the signal fires. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const end = () => {
      signal?.removeEventListener('abort', end);
      clock.clearTimeout(timer);
      resolve();
    };
    const timer = clock.setTimeout(end, ms);
    signal?.addEventListener('abort', end);
  });
}
