/** One line of the benchmark's table, and whether it holds. */

export interface Goal {
  readonly kind: 'at least' | 'at most';
  readonly value: number;
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

/** A shared machine may take this much from a goal before a run fails. Nothing is taken from "none". */
const LENIENCY = 0.75;

export function isMet({ value, goal }: Result): boolean {
  if (goal === null) return true;
  return goal.kind === 'at least' ? value >= goal.value : value <= goal.value;
}

/** True when the result is so far from its goal that noise cannot be the reason. */
export function isBelowFloor({ value, goal }: Result): boolean {
  if (goal === null) return false;
  return goal.kind === 'at least' ? !(value >= goal.value * LENIENCY) : !(value <= goal.value / LENIENCY);
}

export function atLeast(value: number): Goal {
  return { kind: 'at least', value };
}

export function atMost(value: number): Goal {
  return { kind: 'at most', value };
}

/** `1,234`, `12.3`, `0.123`: three figures or more. */
export function formatNumber(value: number): string {
  const digits = Math.abs(value) >= 100 || Number.isInteger(value) ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
