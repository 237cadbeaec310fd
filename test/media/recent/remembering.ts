/** A core that remembers, and operations that ask it. */
import type { OperationOptions } from '../../../src/media/loader-options.ts';
import { destinationAlias, type RightsKey, rightsKey } from '../../../src/media/model/keys.ts';
import { FRESH, type Freshness } from '../../../src/media/recent/freshness.ts';
import { RecentAnswers } from '../../../src/media/recent/recent-answers.ts';
import { chartsOf, namesUpTo, type needOf, outcomeOf } from '../../support/core.ts';
import { startTimedCore } from '../../support/timed-core.ts';

export const NAMES = namesUpTo(5);
export const charts = chartsOf(NAMES);
export const RECENT_MS = 120_000;
export const MAX_AGE: Freshness = { ...FRESH, maxAgeMs: 60_000 };

/** Operations of one process, which remembers. */
export async function startRemembering(
  options: Parameters<typeof startTimedCore>[0] = { sandbox: { charts } },
) {
  const core = await startTimedCore(options);
  const answers = new RecentAnswers({ recentMs: RECENT_MS, maxBytes: 1_000_000, clock: core.clock });
  const open = (freshness: Freshness, { rightsKey: key = rightsKey('all'), ...operation }: Operation = {}) =>
    core.openOperation({
      freshness,
      recent: { answers, rightsKey: key, expiresAt: operation.expiresAt ?? Number.POSITIVE_INFINITY },
      batchKey: key,
      ...operation,
    });
  return Object.assign(core, {
    answers,
    open,
    async write(name: string, destination = 'general') {
      const how = { deadline: core.clock.now() + 10_000, signal: new AbortController().signal };
      const patient = [{ idType: 'MR', id: `SYN-${name}` }];
      await core.scheduler.write([destinationAlias(destination)], async () => undefined, { patient, ...how });
    },
  });
}

export type Operation = Partial<OperationOptions> & {
  readonly rightsKey?: RightsKey;
  readonly expiresAt?: number;
};

export type Remembering = Awaited<ReturnType<typeof startRemembering>>;

/** The calls that a question costs, and what it is given. */
export async function askOf(
  core: Remembering,
  need: ReturnType<typeof needOf>,
  freshness: Freshness,
  how?: Operation,
) {
  let given: string[] | string = [];
  const calls = await core.countCalls(async () => {
    given = (await core.finish(outcomeOf(core.open(freshness, how).load(need)))).result;
  });
  return { calls, given };
}
