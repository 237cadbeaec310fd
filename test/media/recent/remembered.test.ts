/** What one operation takes from what others asked: only what its caller accepts, and what no write has made old. */

import { describe, expect, test } from 'vitest';
import type { AnswerHook } from '../../../sandbox/sandbox.ts';
import type { OperationOptions } from '../../../src/media/loader-options.ts';
import { identifierKey, type RightsKey, rightsKey } from '../../../src/media/model/keys.ts';
import { ALL_RIGHTS, type Rights } from '../../../src/media/model/rights.ts';
import { FRESH, type Freshness } from '../../../src/media/recent/freshness.ts';
import { RecentAnswers } from '../../../src/media/recent/recent-answers.ts';
import { chartsOf, documentsOf, namesUpTo, needOf, outcomeOf } from '../../support/core.ts';
import { chartDocument } from '../../support/own-chart.ts';
import { startTimedCore, type TimedCore } from '../../support/timed-core.ts';

const NAMES = namesUpTo(5);
const charts = chartsOf(NAMES);
const LIMITS = { patients: 100, visits: 100, documents: 100 };
const RECENT_MS = 120_000;
const MAX_AGE: Freshness = { ...FRESH, maxAgeMs: 60_000 };

/** Operations of one process, which remembers. */
async function startRemembering(options: Parameters<typeof startTimedCore>[0] = { sandbox: { charts } }) {
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
      await core.scheduler.write([destination], async () => undefined, { patient, ...how });
    },
  });
}

type Operation = Partial<OperationOptions> & { readonly rightsKey?: RightsKey; readonly expiresAt?: number };
type Remembering = Awaited<ReturnType<typeof startRemembering>>;

/** The calls that a question costs, and what it is given. */
async function askOf(
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

describe('a question', () => {
  test('is asked of Redox, unless its caller accepts an answer of some age', async () => {
    await using core = await startRemembering();
    const need = needOf(['p1']);
    expect(await askOf(core, need, FRESH)).toEqual({ calls: 1, given: documentsOf(['p1']) });
    expect(await askOf(core, need, FRESH)).toEqual({ calls: 1, given: documentsOf(['p1']) });
    expect(await askOf(core, need, MAX_AGE)).toEqual({ calls: 0, given: documentsOf(['p1']) });
  });

  test('is answered from what contains it, and from nothing else', async () => {
    await using core = await startRemembering();
    await askOf(core, needOf(['p1', 'p2']), FRESH);
    expect(await askOf(core, needOf(['p2'], { documentTypes: ['Photo'] }), MAX_AGE)).toEqual({
      calls: 0,
      given: ['p2-a'],
    });
    expect((await askOf(core, needOf(['p1', 'p3']), MAX_AGE)).calls).toBe(1);
    expect((await askOf(core, needOf(['p1'], {}, 'county'), MAX_AGE)).calls).toBe(1);
  });

  test('is answered from nothing that is older than its caller accepts, or than anything is remembered', async () => {
    await using core = await startRemembering();
    const need = needOf(['p1']);
    await askOf(core, need, FRESH);
    await core.pass(60_000);
    expect((await askOf(core, need, MAX_AGE)).calls).toBe(0);
    await core.pass(1);
    expect((await askOf(core, need, MAX_AGE)).calls).toBe(1);
    await core.pass(RECENT_MS);
    expect(core.answers.load).toEqual({ bytes: 0, answers: 0, evicted: 0 });
    expect((await askOf(core, need, { ...FRESH, maxAgeMs: 10 * RECENT_MS })).calls).toBe(1);
  });

  test('is answered from the newest answer', async () => {
    let documents = [chartDocument('p1', { documentId: 'old' })];
    const answer: AnswerHook = () => documents;
    await using core = await startRemembering({ sandbox: { charts: [], answer } });
    await askOf(core, needOf(['p1', 'p2']), FRESH);
    documents = [];
    await core.pass(1000);
    await askOf(core, needOf(['p1']), FRESH);
    expect(await askOf(core, needOf(['p1']), MAX_AGE)).toEqual({ calls: 0, given: [] });
    expect(await askOf(core, needOf(['p1'], { documentIds: ['old'] }), MAX_AGE)).toEqual({
      calls: 0,
      given: [],
    });
  });

  test('of other rights is asked of Redox', async () => {
    await using core = await startRemembering();
    const need = needOf(['p1']);
    await askOf(core, need, FRESH, { rightsKey: rightsKey('one') });
    expect((await askOf(core, need, MAX_AGE, { rightsKey: rightsKey('another') })).calls).toBe(1);
    expect((await askOf(core, need, MAX_AGE, { rightsKey: rightsKey('one') })).calls).toBe(0);
  });

  test('is given what the rights of its own caller cover, whatever is remembered', async () => {
    await using core = await startRemembering();
    const search = needOf([], { patients: null, visitNumbers: ['V-p1', 'V-p2'] });
    await askOf(core, search, FRESH, { rightsKey: rightsKey('same') });
    const rights: Rights = {
      ...ALL_RIGHTS,
      patients: new Set([identifierKey({ idType: 'MR', id: 'SYN-p2' })]),
    };
    expect(await askOf(core, search, MAX_AGE, { rightsKey: rightsKey('same'), rights })).toEqual({
      calls: 0,
      given: documentsOf(['p2']),
    });
    const others = needOf(['p1']);
    expect(await askOf(core, others, MAX_AGE, { rightsKey: rightsKey('same'), rights })).toEqual({
      calls: 0,
      given: 'FORBIDDEN',
    });
  });

  test('is not answered from what was read with a token that has expired', async () => {
    await using core = await startRemembering();
    const need = needOf(['p1']);
    const expiresAt = core.clock.wallTime() + 10_000;
    await askOf(core, need, FRESH, { expiresAt });
    expect((await askOf(core, need, MAX_AGE)).calls).toBe(0);
    await core.pass(10_000);
    expect((await askOf(core, need, MAX_AGE)).calls).toBe(1);
    await askOf(core, needOf(['p2']), FRESH, { expiresAt });
    expect((await askOf(core, needOf(['p2']), MAX_AGE)).calls).toBe(1);
  });

  test('is asked where the answer leaves open whose an item is, or came with items that were not asked for', async () => {
    const unnamed: AnswerHook = (_, documents) =>
      documents.map((document) => ({ ...document, identifiers: [] }));
    await using nameless = await startRemembering({ sandbox: { charts, answer: unnamed } });
    await askOf(nameless, needOf(['p1', 'p2']), FRESH);
    expect((await askOf(nameless, needOf(['p1']), MAX_AGE)).calls).toBe(1);

    const stray = chartDocument('elsewhere', { documentId: 'stray' });
    await using loose = await startRemembering({
      sandbox: { charts, answer: (_, documents) => [...documents, stray] },
    });
    await askOf(loose, needOf(['p1', 'p2']), FRESH);
    // Whoever the stray is of, it may be the documents of this type that the destination has of the patient.
    expect((await askOf(loose, needOf(['p1'], { documentTypes: ['X-Ray'] }), MAX_AGE)).calls).toBeGreaterThan(
      0,
    );
  });

  test('that asks more of files than the answer says is asked', async () => {
    await using core = await startRemembering();
    const need = needOf(['p1']);
    const withFiles = { ...need, files: 'digest' as const };
    await askOf(core, need, FRESH);
    expect((await askOf(core, withFiles, MAX_AGE)).calls).toBe(1);
    expect((await askOf(core, withFiles, MAX_AGE)).calls).toBe(0);
    // Contents are not remembered, also where somebody asked for them.
    const withBytes = { ...need, files: { keepBytes: 1000 } };
    await askOf(core, withBytes, FRESH);
    expect((await askOf(core, withBytes, MAX_AGE)).calls).toBe(1);
  });

  test('is answered in its operation as it was at first: also what is contained in it', async () => {
    await using core = await startRemembering();
    await askOf(core, needOf(['p1', 'p2']), FRESH);
    const operation = core.open(MAX_AGE);
    await core.finish(operation.load(needOf(['p1', 'p2'])));
    await askOf(core, needOf(['p1']), FRESH);
    const calls = await core.countCalls(() => core.finish(operation.load(needOf(['p1']))));
    expect(calls).toBe(0);
  });

  test('of which nothing is remembered fails without a call, where nothing may be asked', async () => {
    await using core = await startRemembering();
    const onlyRemembered = { ...MAX_AGE, onlyRemembered: true };
    expect(await askOf(core, needOf(['p1']), onlyRemembered)).toEqual({
      calls: 0,
      given: 'UPSTREAM_UNAVAILABLE',
    });
    await askOf(core, needOf(['p1']), FRESH);
    expect(await askOf(core, needOf(['p1']), onlyRemembered)).toEqual({
      calls: 0,
      given: documentsOf(['p1']),
    });
  });

  test('counts against LIMIT_NEEDS, and costs none of MAX_CALLS_PER_OPERATION', async () => {
    await using core = await startRemembering();
    await askOf(core, needOf(NAMES), FRESH);
    const load = async (maxNeeds: number) => {
      const operation = core.open(MAX_AGE, { bounds: { maxNeeds, maxCalls: 0, limits: LIMITS } });
      const all = NAMES.map((name) => outcomeOf(operation.load(needOf([name]))));
      return (await core.finish(Promise.all(all))).result;
    };
    expect(await core.countCalls(() => load(5))).toBe(0);
    // The first brings with it what the others are contained in.
    expect(await load(1)).toEqual(NAMES.map((name) => documentsOf([name])));
    expect(await load(0)).toEqual(NAMES.map(() => 'BAD_USER_INPUT'));
  });

  test('whose answer may not be remembered leaves nothing', async () => {
    await using core = await startRemembering();
    await askOf(core, needOf(['p1']), { ...FRESH, mayRemember: false });
    expect(core.answers.load.answers).toBe(0);
    expect((await askOf(core, needOf(['p1']), MAX_AGE)).calls).toBe(1);
  });

  test('that failed, or was given up, leaves nothing', async () => {
    let status = 403;
    const answer: AnswerHook = () => (status === 200 ? undefined : { status });
    await using core = await startRemembering({ sandbox: { charts, answer } });
    expect((await askOf(core, needOf(['p1']), FRESH)).given).toBe('UPSTREAM_REJECTED');
    expect(core.answers.load.answers).toBe(0);
    status = 200;
    expect(await askOf(core, needOf(['p1']), MAX_AGE)).toEqual({ calls: 1, given: documentsOf(['p1']) });
  });
});

describe('a write', () => {
  const isAsked = async (core: Remembering, name: string) =>
    (await askOf(core, needOf([name]), MAX_AGE)).calls === 1;

  test('makes forgotten what is not provably another patient’s, empty answers too', async () => {
    await using core = await startRemembering();
    for (const name of ['p1', 'p2', 'empty']) await askOf(core, needOf([name]), FRESH);
    await askOf(core, needOf([], { patients: null, visitNumbers: ['V-p2'] }), FRESH);
    expect(await askOf(core, needOf(['empty']), MAX_AGE)).toEqual({ calls: 0, given: [] });
    await core.write('empty');
    expect(await isAsked(core, 'empty')).toBe(true);
    expect(await isAsked(core, 'p1')).toBe(false);
    const ofVisit = needOf([], { patients: null, visitNumbers: ['V-p2'] });
    expect((await askOf(core, ofVisit, MAX_AGE)).calls).toBe(1);
  });

  test('is followed by answers that serve no question, for as long as anything is remembered', async () => {
    await using core = await startRemembering();
    await core.write('p1');
    await core.pass(RECENT_MS - 1);
    expect(await isAsked(core, 'p1')).toBe(true);
    expect(await isAsked(core, 'p1')).toBe(true);
    expect(await isAsked(core, 'p2')).toBe(true);
    expect(await isAsked(core, 'p2')).toBe(false);
    await core.pass(2);
    expect(await isAsked(core, 'p1')).toBe(true);
    expect(await isAsked(core, 'p1')).toBe(false);
  });

  test('is followed by answers that serve no question about its patient, also beside one about another', async () => {
    await using core = await startRemembering();
    await core.write('p1');
    await askOf(core, needOf(['p1', 'p2']), FRESH);
    const operation = core.open(MAX_AGE);
    const calls = await core.countCalls(async () => {
      await core.finish(operation.load(needOf(['p2'])));
      await core.finish(operation.load(needOf(['p1'])));
    });
    expect(calls).toBe(1);
  });

  test('counts also when nobody knows what came of it', async () => {
    await using core = await startRemembering();
    await askOf(core, needOf(['p1']), FRESH);
    const how = { deadline: core.clock.now() + 10_000, signal: new AbortController().signal };
    const patient = [{ idType: 'MR', id: 'SYN-p1' }];
    const lost = core.scheduler.write(['general'], () => Promise.reject(new Error('reset')), {
      patient,
      ...how,
    });
    await expect(lost).rejects.toThrow('reset');
    expect(await isAsked(core, 'p1')).toBe(true);
    expect(await isAsked(core, 'p1')).toBe(true);
  });

  test('is waited for by a question that arrives while it is under way', async () => {
    await using core = await startRemembering();
    await askOf(core, needOf(['p1']), FRESH);
    const sent = Promise.withResolvers<void>();
    const how = { deadline: core.clock.now() + 10_000, signal: new AbortController().signal };
    const patient = [{ idType: 'MR', id: 'SYN-p1' }];
    const write = core.scheduler.write(['general'], () => sent.promise, { patient, ...how });
    await core.pass(1);
    const before = core.redox.callCount;
    const question = outcomeOf(core.open(MAX_AGE).load(needOf(['p1'])));
    await core.pass(1000);
    expect(core.redox.callCount).toBe(before);
    sent.resolve();
    await write;
    expect((await core.finish(question)).result).toEqual(documentsOf(['p1']));
    expect(core.redox.callCount).toBe(before + 1);
  });
});

test('what is remembered of a destination is not what is remembered of it by another name, and a write by either counts', async () => {
  await using core: Remembering & TimedCore = await startRemembering({
    sandbox: { charts },
    aliases: { 'general-2': 'general' },
  });
  await askOf(core, needOf(['p1']), FRESH);
  expect((await askOf(core, needOf(['p1'], {}, 'general-2'), MAX_AGE)).calls).toBe(1);
  expect((await askOf(core, needOf(['p1'], {}, 'general-2'), MAX_AGE)).calls).toBe(0);
  await core.write('p1', 'general-2');
  expect((await askOf(core, needOf(['p1']), MAX_AGE)).calls).toBe(1);
});
