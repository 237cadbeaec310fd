/**
 * Over random histories of a chart, of writes and of time, what is remembered is never older than its caller accepts, never from
 * before a write that was answered, and never another authority's; and a list's pages are one answer.
 */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ChartDocument } from '../../../sandbox/sandbox.ts';
import type { LoadResult } from '../../../src/media/loading.ts';
import { destinationAlias, rightsKey } from '../../../src/media/model/keys.ts';
import { FRESH } from '../../../src/media/recent/freshness.ts';
import { RecentAnswers } from '../../../src/media/recent/recent-answers.ts';
import { CASES } from '../../support/cases.ts';
import { idsOf, needOf } from '../../support/core.ts';
import { chartDocument } from '../../support/own-chart.ts';
import { startTimedCore, type TimedCore } from '../../support/timed-core.ts';

const NAMES = ['p0', 'p1', 'p2'];
const RECENT_MS = 120_000;

const names = fc.subarray(NAMES, { minLength: 1 });
const name = fc.constantFrom(...NAMES);
const anyRights = fc.constantFrom(rightsKey('one'), rightsKey('other'));
const step = fc.oneof(
  { arbitrary: fc.record({ kind: fc.constant('change' as const), name }), weight: 2 },
  { arbitrary: fc.record({ kind: fc.constant('write' as const), name, isLost: fc.boolean() }), weight: 1 },
  {
    arbitrary: fc.record({
      kind: fc.constant('ask' as const),
      names,
      rightsKey: anyRights,
      maxAgeMs: fc.constantFrom(0, 1000, 60_000, RECENT_MS),
      visitOnly: fc.boolean(),
    }),
    weight: 6,
  },
  { arbitrary: fc.record({ kind: fc.constant('turn' as const), at: fc.nat(50) }), weight: 2 },
  {
    arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 70_000 }) }),
    weight: 3,
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
type Ask = Extract<Step, { readonly kind: 'ask' }>;

/** What the chart says from a moment on: of each patient, how often it has changed. */
interface State {
  readonly from: number;
  readonly versions: Readonly<Record<string, number>>;
}

class History {
  readonly states: State[];
  readonly #core: TimedCore;
  readonly #answers: RecentAnswers;
  /** The state that questions about a patient must at least see, since a write was answered. */
  readonly #atLeast = new Map<string, number>();
  readonly #asked: { readonly ask: Ask; readonly at: number }[] = [];
  readonly #lists: {
    readonly ask: Ask;
    readonly id: string;
    readonly items: string[];
    readonly at: number;
  }[] = [];
  /** When each patient was last written about. */
  readonly #writtenAt = new Map<string, number>();

  constructor(core: TimedCore) {
    this.#core = core;
    this.states = [{ from: core.clock.now(), versions: Object.fromEntries(NAMES.map((one) => [one, 0])) }];
    this.#answers = new RecentAnswers({ recentMs: RECENT_MS, maxBytes: 1_000_000, clock: core.clock });
  }

  get documents(): ChartDocument[] {
    const versions = this.states.at(-1)?.versions ?? {};
    return NAMES.map((one) => chartDocument(one, { documentId: `${one} ${versions[one]}` }));
  }

  async run(one: Step): Promise<void> {
    if (one.kind === 'pass') await this.#core.pass(one.ms);
    else if (one.kind === 'change') this.#change(one.name);
    else if (one.kind === 'write') await this.#write(one.name, one.isLost);
    else if (one.kind === 'ask') await this.#ask(one);
    else await this.#turn(one.at);
    // No two moments are one.
    await this.#core.pass(1);
  }

  #change(of: string): void {
    const versions = this.states.at(-1)?.versions ?? {};
    this.states.push({
      from: this.#core.clock.now(),
      versions: { ...versions, [of]: (versions[of] ?? 0) + 1 },
    });
  }

  async #write(of: string, isLost: boolean): Promise<void> {
    const how = { deadline: this.#core.clock.now() + 10_000, signal: new AbortController().signal };
    const patient = [{ idType: 'MR', id: `SYN-${of}` }];
    const send = async () => {
      this.#change(of);
      if (isLost) throw new Error('the connection was reset');
    };
    await this.#core.scheduler
      .write([destinationAlias('general')], send, { patient, ...how })
      .catch(() => undefined);
    this.#atLeast.set(of, this.states.at(-1)?.versions[of] ?? 0);
    this.#writtenAt.set(of, this.#core.clock.now());
  }

  async #load(ask: Ask, answerIds: readonly string[]): Promise<{ given: LoadResult; calls: number }> {
    const operation = this.#core.openOperation({
      freshness: { ...FRESH, maxAgeMs: ask.maxAgeMs },
      batchKey: ask.rightsKey,
      recent: { answers: this.#answers, rightsKey: ask.rightsKey, expiresAt: Number.POSITIVE_INFINITY },
    });
    const lists = ask.visitOnly
      ? { patients: null, visitNumbers: ask.names.map((one) => `V-${one}`) }
      : undefined;
    const before = this.#core.redox.callCount;
    const { result } = await this.#core.finish(operation.loadAnswer(needOf(ask.names, lists), answerIds));
    return { given: result, calls: this.#core.redox.callCount - before };
  }

  async #ask(ask: Ask): Promise<void> {
    const begun = this.#core.clock.now();
    const { given, calls } = await this.#load(ask, []);
    const items = idsOf(given.items);
    const since = calls === 0 ? begun - ask.maxAgeMs : begun;
    const possible = this.#statesSince(since).map(({ versions }) =>
      ask.names.map((of) => `${of} ${versions[of]}`),
    );
    expect(possible).toContainEqual(items);
    for (const of of ask.names) {
      expect(Number(items.find((id) => id.startsWith(`${of} `))?.split(' ')[1])).toBeGreaterThanOrEqual(
        this.#atLeast.get(of) ?? 0,
      );
    }
    if (calls === 0) this.#expectWasAsked(ask, begun);
    else this.#asked.push({ ask, at: begun });
    expect(given.ageMs === null).toBe(calls > 0);
    const id = given.answerId();
    if (id !== null)
      this.#lists.push({ ask, id, items, at: given.ageMs === null ? begun : begun - given.ageMs });
  }

  /** By its own authority, within the time that it accepts, and neither before a write nor soon after it. */
  #expectWasAsked(question: Ask, now: number): void {
    const { rightsKey: own, names: of, maxAgeMs, visitOnly } = question;
    const from = this.#asked.filter(
      ({ ask, at }) =>
        ask.rightsKey === own &&
        ask.visitOnly === visitOnly &&
        of.every((one) => ask.names.includes(one)) &&
        now - at <= maxAgeMs + 1000 &&
        subjectsOf(question).every(
          (one) => at - (this.#writtenAt.get(one) ?? Number.NEGATIVE_INFINITY) > RECENT_MS,
        ),
    );
    expect(from).not.toEqual([]);
  }

  /** A further page of a list: the same answer, unless it is too old, or a write has made it so. */
  async #turn(at: number): Promise<void> {
    const list = this.#lists[at % Math.max(1, this.#lists.length)];
    if (list === undefined) return;
    const now = this.#core.clock.now();
    const { given, calls } = await this.#load({ ...list.ask, maxAgeMs: 0 }, [list.id]);
    const isWritten = subjectsOf(list.ask).some(
      (of) => (this.#writtenAt.get(of) ?? Number.NEGATIVE_INFINITY) > list.at,
    );
    if (isWritten || now - list.at >= RECENT_MS) {
      expect(calls).toBe(1);
      this.#asked.push({ ask: list.ask, at: now });
    } else {
      expect(calls).toBe(0);
      expect(idsOf(given.items)).toEqual(list.items);
    }
  }

  #statesSince(time: number): readonly State[] {
    const current = this.states.findLastIndex(({ from }) => from <= time);
    return this.states.slice(Math.max(0, current));
  }
}

/** Of whom a write may change the answer: a visit alone names no patient. */
function subjectsOf({ names: asked, visitOnly }: Ask): readonly string[] {
  return visitOnly ? NAMES : asked;
}

test('over random histories, an answer is a state of the time that its caller accepts', async () => {
  await using core = await startTimedCore({ sandbox: { charts: [] } });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40, size: 'max' }), async (steps) => {
      const history = new History(core);
      core.redox.answer = ({ patients, visitNumbers }) =>
        history.documents.filter(
          ({ identifiers, visitNumber }) =>
            (visitNumbers === null || visitNumbers.includes(visitNumber ?? '')) &&
            (patients === null ||
              patients.some((asked) => asked.every(({ id }) => identifiers.some((one) => one.id === id)))),
        );
      for (const one of steps) await history.run(one);
    }),
    { numRuns: CASES },
  );
});
