/** One line of the benchmark's table, and whether it holds. */

export interface Goal {
  readonly kind: 'at least' | 'at most';
  readonly value: number;
  /** A known shortfall: what has been reached instead. The goal stays unmet in the table; a run only fails below this. */
  readonly reached?: number;
  /** Of a time, or of what is done in one: what a slower machine makes worse. A ratio within one run is none. */
  readonly isOfSpeed?: boolean;
}

export interface Result {
  /** The row of the figures it measures: `F1`. */
  readonly figure: string;
  readonly situation: string;
  /** With its unit. */
  readonly measured: string;
  /** What it is compared with, and what that reached; empty where the figure is absolute. */
  readonly reference: string;
  /** Measured ÷ reference; null where the figure is absolute. */
  readonly ratio: number | null;
  /** What the goal is set for: the ratio, or the measured number. */
  readonly value: number;
  /** Null: for information. */
  readonly goal: Goal | null;
}

/** A shared machine may take this much from a goal, or from what was reached, before a run fails. */
const LENIENCY = 0.75;

export function isMet({ value, goal }: Result): boolean {
  if (goal === null) return true;
  return goal.kind === 'at least' ? value >= goal.value : value <= goal.value;
}

/**
 * True when the result is so far from its goal, or from what was reached before, that noise cannot be the reason. `slowdown`: how
 * many times as long the machine takes as the one that it was reached on, measured in the same run.
 */
export function isBelowFloor({ value, goal }: Result, slowdown: number): boolean {
  if (goal === null) return false;
  const factor = goal.isOfSpeed ? slowdown : 1;
  const expected = (goal.reached ?? goal.value) * (goal.kind === 'at least' ? 1 / factor : factor);
  return goal.kind === 'at least' ? !(value >= expected * LENIENCY) : !(value <= expected / LENIENCY);
}

export function atLeast(value: number, reached?: number): Goal {
  return { kind: 'at least', value, ...(reached !== undefined && { reached }) };
}

export function atMost(value: number, reached?: number): Goal {
  return { kind: 'at most', value, ...(reached !== undefined && { reached }) };
}

/** See `Goal`. */
export function ofSpeed(goal: Goal): Goal {
  return { ...goal, isOfSpeed: true };
}

/** `1,234`, `12.3`, `0.123`: three figures or more. */
export function formatNumber(value: number): string {
  const digits = Math.abs(value) >= 100 || Number.isInteger(value) ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
