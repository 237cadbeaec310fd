/** What is remembered after a write, and by another name of its destination. */

import { describe, expect, test } from 'vitest';
import { destinationAlias } from '../../../src/media/model/keys.ts';
import { FRESH } from '../../../src/media/recent/freshness.ts';
import { documentsOf, needOf, outcomeOf } from '../../support/core.ts';
import type { TimedCore } from '../../support/timed-core.ts';
import { askOf, charts, MAX_AGE, RECENT_MS, type Remembering, startRemembering } from './remembering.ts';

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

  test('is followed by answers that serve no later query, until RECENT_SECONDS after it', async () => {
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

  test('is followed by answers that serve no later query about its patient, also where they are about another patient, too', async () => {
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
    const lost = core.scheduler.write(
      [destinationAlias('general')],
      () => Promise.reject(new Error('reset')),
      {
        patient,
        ...how,
      },
    );
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
    const write = core.scheduler.write([destinationAlias('general')], () => sent.promise, {
      patient,
      ...how,
    });
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
