/** Selects the items of a need from an answer to another need, which contains it. */
import type { Item } from '../../redox/messages.ts';
import { treatmentCovers } from '../../redox/reply/contents.ts';
import { lacksPatient } from '../matching/distribute.ts';
import { matchItem } from '../matching/match.ts';
import type { Answer } from '../model/answer.ts';
import { boxContains } from '../model/box.ts';
import type { Need } from '../model/need.ts';
import type { RecentAnswer } from './recent-answer.ts';

/**
 * Like `itemsWithin`. For a need with the same box as the remembered answer, it returns the very list of the answer, which is
 * matched once. For another box, it returns another list even if all items satisfy it: the audit trail records each list once,
 * and the box may name more or fewer patients.
 */
export function itemsFor(need: Need, answer: Answer, recent: RecentAnswer | null): readonly Item[] | null {
  const { box, files } = answer.need;
  if (recent?.answer !== answer || !boxContains(need.box, box)) return itemsWithin(answer, need);
  if (!treatmentCovers(files, need.files)) return null;
  if (recent.isSettled) return answer.items;
  const items = itemsWithin(answer, need);
  if (items?.length !== answer.items.length) return items;
  recent.isSettled = true;
  return answer.items;
}

/**
 * The box of the answer must contain that of the need. Null if the answer does not show which items satisfy the need, or if its
 * files were treated with less than the need requires: Redox must then be queried.
 */
export function itemsWithin(
  { need: answered, items, hasStrays }: Pick<Answer, 'need' | 'items' | 'hasStrays'>,
  { box, files }: Need,
): readonly Item[] | null {
  if (!treatmentCovers(answered.files, files)) return null;
  const verdicts = items.map((item) => matchItem(item, box, answered.box));
  if (verdicts.includes('unknown')) return null;
  const own = items.filter((_, at) => verdicts[at] === 'yes');
  return hasStrays && lacksPatient(own, box) ? null : own;
}
