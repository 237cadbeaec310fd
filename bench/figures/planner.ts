/** P6: the planner alone, 1,000 needs at a time, in the shapes that operations make and in the worst one. */

import { type SeededRandom, seededRandom } from '../../sandbox/random.ts';
import type { Box } from '../../src/media/model/box.ts';
import { createBox, type NeedLists } from '../../src/media/model/need.ts';
import { planCalls } from '../../src/media/planning/planner.ts';
import type { Effort } from '../effort.ts';
import { atMost, formatNumber, ofSpeed, type Result } from '../result.ts';
import { median } from '../rounds.ts';

const NEEDS = 1000;
const LIMITS = { patients: 100, visits: 100, documents: 100 };
const WARM_UPS = 10;

const SHAPES: Readonly<Record<string, (at: number, random: SeededRandom) => NeedLists>> = {
  '1,000 patients': (at) => ({ patients: [patient(at)] }),
  '1,000 patient × visit pairs': (at) => ({ patients: [patient(at)], visitNumbers: [`V-${at}`] }),
  'patients, visits, types and documents, mixed': (at, random) => mixedNeed(at, random),
  // Nothing much merges, and each need is a call: far beyond what operations may ask.
  'worst: lists of all four kinds vary from need to need': (_, random) => ({
    patients: some(random, 40).map(patient),
    visitNumbers: some(random, 40).map((visit) => `V-${visit}`),
    documentTypes: some(random, 8).map((type) => `type ${type}`),
    documentIds: some(random, 40).map((document) => `doc-${document}`),
  }),
};

export async function measurePlanner({ plannerRuns }: Effort): Promise<Result[]> {
  return Object.entries(SHAPES).map(([situation, shape]) => {
    const random = seededRandom(6);
    const plans = new Set<number>();
    const times = Array.from({ length: WARM_UPS + plannerRuns }, () => {
      // New sets each time: the keys of known ones are cached.
      const parts = Array.from({ length: NEEDS }, (_, at) => ({ box: boxOf(shape(at, random)), owner: at }));
      const start = performance.now();
      plans.add(planCalls(parts, LIMITS).length);
      return performance.now() - start;
    });
    const value = median(times.slice(WARM_UPS));
    const calls = [Math.min(...plans), Math.max(...plans)];
    return {
      figure: 'P6',
      situation: `planner: ${situation} → ${[...new Set(calls)].join('–')} calls`,
      measured: `${formatNumber(value)} ms`,
      reference: '',
      ratio: null,
      value,
      goal: ofSpeed(atMost(5)),
    };
  });
}

function mixedNeed(at: number, random: SeededRandom): NeedLists {
  const documentTypes = random.chance(0.5) ? [`type ${random.integer(0, 4)}`] : null;
  if (at % 3 === 0) return { patients: [patient(random.integer(0, 300))], documentTypes };
  if (at % 3 === 1) return { visitNumbers: [`V-${random.integer(0, 300)}`], documentTypes };
  return { documentIds: [`doc-${random.integer(0, 300)}`] };
}

function boxOf(lists: NeedLists): Box {
  return createBox(lists);
}

function patient(at: number) {
  return [{ id: `SYN-${at}`, idType: 'MR' }];
}

function some(random: SeededRandom, most: number): number[] {
  return Array.from({ length: random.integer(1, 3) }, () => random.integer(0, most - 1));
}
