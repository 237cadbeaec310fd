/** Finds the remembered answers that contain what is asked, without trying them all. */
import { treatmentCovers } from '../../redox/reply/contents.ts';
import { type Box, boxContains, DIMENSIONS, type Dimension, listedIn, listSize } from '../model/box.ts';
import type { RecentAnswer } from './recent-answer.ts';

type ByValue = Map<string, RecentAnswer[]>;

export class AnswerIndex {
  /** By scope, and by each value of one list of its box. */
  readonly #scopes = new Map<string, ByValue>();

  /** For questions, it takes the place of older answers that it contains. */
  add(recent: RecentAnswer): void {
    for (const old of this.#replacedBy(recent)) this.remove(old);
    let byValue = this.#scopes.get(recent.scope);
    if (byValue === undefined) {
      byValue = new Map();
      this.#scopes.set(recent.scope, byValue);
    }
    for (const key of keysOf(recent)) {
      const known = byValue.get(key);
      if (known) known.push(recent);
      else byValue.set(key, [recent]);
    }
    recent.isIndexed = true;
  }

  remove(recent: RecentAnswer): void {
    if (!recent.isIndexed) return;
    recent.isIndexed = false;
    const byValue = this.#scopes.get(recent.scope);
    if (byValue === undefined) return;
    for (const key of keysOf(recent)) {
      const rest = byValue.get(key)?.filter((one) => one !== recent) ?? [];
      if (rest.length > 0) byValue.set(key, rest);
      else byValue.delete(key);
    }
    if (byValue.size === 0) this.#scopes.delete(recent.scope);
  }

  /** The newest first. */
  containing(scope: string, box: Box): readonly RecentAnswer[] {
    const byValue = this.#scopes.get(scope);
    if (byValue === undefined) return [];
    const found: RecentAnswer[] = [];
    for (const dimension of DIMENSIONS) {
      // An answer that contains the box lists all its values in the dimension by which the answer is found: any one will do.
      const [first] = listedIn<string>(box[dimension]);
      if (first === undefined) continue;
      for (const recent of byValue.get(keyOf(dimension, first)) ?? []) {
        if (boxContains(recent.answer.need.box, box)) found.push(recent);
      }
    }
    return found.sort((a, b) => b.answer.answeredAt - a.answer.answeredAt);
  }

  /** Older answers to what the new one contains, among those that are found by the same values. */
  #replacedBy(recent: RecentAnswer): ReadonlySet<RecentAnswer> {
    const { need, answeredAt } = recent.answer;
    const replaced = new Set<RecentAnswer>();
    const byValue = this.#scopes.get(recent.scope);
    if (byValue === undefined) return replaced;
    for (const key of keysOf(recent)) {
      for (const old of byValue.get(key) ?? []) {
        const { answer } = old;
        if (answer.answeredAt > answeredAt || !boxContains(need.box, answer.need.box)) continue;
        if (treatmentCovers(need.files, answer.need.files)) replaced.add(old);
      }
    }
    return replaced;
  }
}

/** By its shortest list, but not by types while there is another one: few types are shared by all patients. */
function keysOf({ answer }: RecentAnswer): readonly string[] {
  const { box } = answer.need;
  const [shortest = 'types'] = (['documents', 'patients', 'visits'] as const)
    .filter((dimension) => box[dimension] !== 'all')
    .sort((a, b) => listSize(box[a]) - listSize(box[b]));
  return [...listedIn<string>(box[shortest])].map((value) => keyOf(shortest, value));
}

function keyOf(dimension: Dimension, value: string): string {
  return `${dimension} ${value}`;
}
