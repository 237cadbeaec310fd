/** Finds the remembered answers that contain a box, without trying all of them. */
import { treatmentCovers } from '../../redox/reply/contents.ts';
import {
  type Box,
  boxContains,
  DIMENSIONS,
  type Dimension,
  listedIn,
  listSize,
  type Values,
} from '../model/box.ts';
import type { RecentAnswer } from './recent-answer.ts';

type ByValue = Map<string, RecentAnswer[]>;

/** An answer is indexed in one dimension only, by each value of its list there. */
type OfScope = Record<Dimension, ByValue>;

/** A list of types distinguishes answers least: all patients have the same few types. */
const ANCHORS = ['documents', 'patients', 'visits'] as const;

export class AnswerIndex {
  readonly #scopes = new Map<string, OfScope>();

  /** Adds an answer. Returns older answers that the new one contains, among those that are indexed by the same values. */
  add(recent: RecentAnswer): readonly RecentAnswer[] {
    let scope = this.#scopes.get(recent.scope);
    if (scope === undefined) {
      scope = { patients: new Map(), visits: new Map(), types: new Map(), documents: new Map() };
      this.#scopes.set(recent.scope, scope);
    }
    const { box } = recent.answer.need;
    const anchor = anchorOf(box);
    const replaced: RecentAnswer[] = [];
    for (const value of listedIn<string>(box[anchor])) {
      const known = scope[anchor].get(value);
      if (known === undefined) scope[anchor].set(value, [recent]);
      else {
        for (const old of known) if (isReplaced(old, recent) && !replaced.includes(old)) replaced.push(old);
        known.push(recent);
      }
    }
    recent.isIndexed = true;
    return replaced;
  }

  remove(recent: RecentAnswer): void {
    if (!recent.isIndexed) return;
    recent.isIndexed = false;
    const scope = this.#scopes.get(recent.scope);
    if (scope === undefined) return;
    const { box } = recent.answer.need;
    const anchor = anchorOf(box);
    for (const value of listedIn<string>(box[anchor])) {
      const known = scope[anchor].get(value) ?? [];
      if (known.length > 1) known.splice(known.indexOf(recent), 1);
      else scope[anchor].delete(value);
    }
    if (scope[anchor].size > 0) return;
    if (DIMENSIONS.every((dimension) => scope[dimension].size === 0)) this.#scopes.delete(recent.scope);
  }

  /** The newest first. */
  containing(scopeKey: string, box: Box): readonly RecentAnswer[] {
    const scope = this.#scopes.get(scopeKey);
    if (scope === undefined) return [];
    const found: RecentAnswer[] = [];
    for (const dimension of DIMENSIONS) {
      const byValue = scope[dimension];
      const values: Values = box[dimension];
      if (byValue.size === 0 || values === 'all') continue;
      // An answer that contains the box lists all its values in the dimension by which the answer is indexed, so any of these
      // values finds it.
      const { value: first } = values.values().next();
      if (first === undefined) continue;
      for (const recent of byValue.get(first) ?? []) {
        if (boxContains(recent.answer.need.box, box)) found.push(recent);
      }
    }
    return found.length < 2 ? found : found.sort((a, b) => b.answer.answeredAt - a.answer.answeredAt);
  }
}

/** The dimension of its shortest list. */
function anchorOf(box: Box): Dimension {
  let anchor: Dimension = 'types';
  for (const dimension of ANCHORS) {
    const isFirst = anchor === 'types' && box[dimension] !== 'all';
    if (isFirst || listSize(box[dimension]) < listSize(box[anchor])) anchor = dimension;
  }
  return anchor;
}

/** Whether the new answer contains everything that the old one contains, and is newer. */
function isReplaced({ answer: old }: RecentAnswer, { answer }: RecentAnswer): boolean {
  return (
    old.answeredAt <= answer.answeredAt &&
    boxContains(answer.need.box, old.need.box) &&
    treatmentCovers(answer.need.files, old.need.files)
  );
}
