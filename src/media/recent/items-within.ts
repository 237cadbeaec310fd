/** A need's items out of an answer to another need, which contains it. */
import type { Item } from '../../redox/messages.ts';
import { treatmentCovers } from '../../redox/reply/contents.ts';
import { lacksPatient } from '../matching/distribute.ts';
import { matchItem } from '../matching/match.ts';
import type { Answer } from '../model/answer.ts';
import { boxContains } from '../model/box.ts';
import type { Need } from '../model/need.ts';
import type { RecentAnswer } from './recent-answer.ts';

/**
 * As `itemsWithin`; for a need of the remembered answer's own box, its very list, which is matched once. What all items satisfy is
 * another list where the box is another: the audit trail notes each list once, and the box may name more patients or fewer.
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
 * The answer's box must contain the need's. Null where the answer leaves open what satisfies the need, or says less of files
 * than the need asks: Redox must be asked.
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
