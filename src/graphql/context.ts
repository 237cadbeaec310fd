/** What every resolver of one operation shares. Made before the first resolver runs, so nothing in it is awaited. */
import type { MediaLoader } from '../media/loader.ts';
import type { Rights } from '../media/rights.ts';
import type { AnswerBudget } from './answer-budget.ts';
import type { Seal } from './seal.ts';

export interface Destinations {
  /** In the settings' order. */
  readonly aliases: readonly string[];
  /** Asked when an argument does not name one. */
  readonly default: string;
}

export interface Context {
  /** What of the answer's size is left. */
  readonly answer: AnswerBudget;
  /** Of the caller. The loader holds every need and item to them. */
  readonly rights: Rights;
  readonly loader: MediaLoader;
  readonly destinations: Destinations;
  readonly ids: Seal;
  readonly cursors: Seal;
}
