/** Where the time and all timers come from: one clock for the process, made where the process begins, handed to every part. */

/** A timeout that has been set. */
export interface Timer extends Disposable {
  /** It no longer keeps the process alive. */
  unref(): Timer;
}

/**
 * Two times, since neither can stand in for the other: a wall clock that is set back would hold up every deadline until it
 * has caught up, and one that only runs forwards stays wrong for as long as the process lives when the machine started
 * with a wrong time or has slept, so that expired tokens would be taken. Libraries keep timers of their own for what lies
 * below a request (connecting, idle connections); what a caller waits for is timed here.
 */
export interface Clock {
  /** For deadlines and durations: milliseconds since some moment, which only run forwards. */
  now(): number;
  /** For what others read or wrote (expiries, dates): milliseconds since 1970, as the machine knows them. */
  wallTime(): number;
  setTimeout(callback: () => void, ms: number): Timer;
  clearTimeout(timer: Timer | undefined): void;
  /** Calls back at the end of the event loop's turn: an order, not a time. */
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

export function sleep(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.setTimeout(resolve, ms);
  });
}
