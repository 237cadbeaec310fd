/** What one operation takes from what others asked: only what its caller accepts, and what no write has made old. */
import { describe, expect, test } from 'vitest';
import type { AnswerHook } from '../../../sandbox/sandbox.ts';
import { identifierKey, rightsKey } from '../../../src/media/model/keys.ts';
import { ALL_RIGHTS, type Rights } from '../../../src/media/model/rights.ts';
import { FRESH } from '../../../src/media/recent/freshness.ts';
import { documentsOf, needOf, outcomeOf } from '../../support/core.ts';
import { chartDocument } from '../../support/own-chart.ts';
import { askOf, charts, MAX_AGE, NAMES, RECENT_MS, startRemembering } from './remembering.ts';

const LIMITS = { patients: 100, visits: 100, documents: 100 };

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
