/** Speed counts only with right responses: a row for every comparison, absolute. */
import type { Measured } from '../load.ts';
import { atMost, formatNumber, type Result } from '../result.ts';

export function failuresOf(
  figure: string,
  situation: string,
  systems: readonly (readonly Measured[])[],
): Result[] {
  const rounds = systems.flat();
  const value = rounds.reduce((sum, { failed }) => sum + failed, 0);
  const operations = rounds.reduce((sum, round) => sum + round.operations + round.failed, 0);
  return [
    {
      figure,
      situation: `wrong or failed responses of all programs, ${situation}`,
      measured: `${value} of ${formatNumber(operations)}`,
      reference: '',
      ratio: null,
      value,
      goal: atMost(0),
    },
  ];
}
