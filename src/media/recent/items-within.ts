/** A need's items out of an answer to another need, which contains it. */
import type { Item } from '../../redox/messages.ts';
import { treatmentCovers } from '../../redox/reply/contents.ts';
import { lacksPatient } from '../matching/distribute.ts';
import { matchItem } from '../matching/match.ts';
import type { Answer } from '../model/answer.ts';
import type { Need } from '../model/need.ts';

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
