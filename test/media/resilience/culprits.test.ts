/** Performance target N8: a value that a destination refuses is remembered for a while, and queried in a call of its own. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Answer, AnswerHook } from '../../../sandbox/sandbox.ts';
import type { Box } from '../../../src/media/model/box.ts';
import { listSize, unionOf } from '../../../src/media/model/box.ts';
import { createBox } from '../../../src/media/model/need.ts';
import { Culprits } from '../../../src/media/resilience/culprits.ts';
import { CASES } from '../../support/cases.ts';
import { chartsOf, documentsOf, namesUpTo, needOf, outcomeOf, patientsIn } from '../../support/core.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { startTimedCore, type TimedCore } from '../../support/timed-core.ts';

const NAMES = namesUpTo(50);
const FIVE_MINUTES = 5 * 60_000;
const REFUSED: Answer = { status: 400, body: '' };

function refusing(culprits: readonly string[], answer: Answer = REFUSED): AnswerHook {
  return ({ patients }) =>
    patients?.some(([first]) => culprits.includes(first?.id.replace('SYN-', '') ?? '')) ? answer : undefined;
}

function startRefusing(culprits: readonly string[], answer: Answer = REFUSED) {
  return startTimedCore({
    sandbox: { charts: chartsOf(NAMES), latencyMs: 10, answer: refusing(culprits, answer) },
    random: () => 0.5,
  });
}

/** Polls the list once, each patient in a need of its own. Resolves to the number of calls, and the codes of failed patients. */
async function poll(core: TimedCore, names = NAMES) {
  const before = core.redox.callCount;
  const outcomes = names.map((name) => outcomeOf(core.submit(needOf([name]))));
  const { result } = await core.finish(Promise.all(outcomes));
  const failed = Object.fromEntries(
    names.flatMap((name, at) => (typeof result[at] === 'string' ? [[name, result[at]]] : [])),
  );
  const answered = names.filter((name) => !(name in failed));
  expect(result.filter((outcome) => typeof outcome !== 'string')).toEqual(
    answered.map((name) => documentsOf([name])),
  );
  return { calls: core.redox.callCount - before, failed };
}

describe.each([
  ['400', REFUSED, 'UPSTREAM_REJECTED'],
  ['413', { status: 413, body: '' }, 'UPSTREAM_REJECTED'],
  ['504', { status: 504, body: '' }, 'UPSTREAM_TIMEOUT'],
  [
    'Meta.Errors',
    { status: 200, body: { Meta: { Errors: [{ ID: 1, Text: 'no', Type: 'transmission' }] } } },
    'UPSTREAM_REJECTED',
  ],
] as const)('one patient of a list of 50 is answered with %s', (_, answer, code) => {
  test('every poll after the first costs two calls, for as long as the list is polled', async () => {
    await using core = await startRefusing(['p31'], answer);
    expect((await poll(core)).failed).toEqual({ p31: code });
    for (let round = 0; round < 4; round++) {
      await core.pass(2 * 60_000);
      expect(await poll(core)).toEqual({ calls: 2, failed: { p31: code } });
    }
  });
});

test('twenty clients that poll such a list at the same time cost two calls together', async () => {
  await using core = await startRefusing(['p31']);
  await poll(core);
  const calls = await core.countCalls(async () => {
    const asked = Array.from({ length: 20 }, () =>
      NAMES.map((name) => outcomeOf(core.submit(needOf([name])))),
    );
    await core.finish(Promise.all(asked.flat()));
  });
  expect(calls).toBe(2);
});

test('five minutes after its last refusal, a patient shares calls with others again', async () => {
  await using core = await startRefusing(['p31']);
  await poll(core);
  core.redox.answer = undefined;
  await core.pass(FIVE_MINUTES);
  expect(await poll(core)).toEqual({ calls: 1, failed: {} });
});

test('once a call for it is answered, a patient shares calls with others again at once', async () => {
  await using core = await startRefusing(['p31']);
  await poll(core);
  core.redox.answer = undefined;
  expect((await poll(core)).calls).toBe(2);
  expect((await poll(core)).calls).toBe(1);
});

test('one need for many patients is split into two calls, and fails because of its culprit', async () => {
  await using core = await startRefusing(['p31']);
  await poll(core);
  const before = core.redox.calls.length;
  const { result } = await core.finish(outcomeOf(core.submit(needOf(NAMES))));
  expect(result).toBe('UPSTREAM_REJECTED');
  const asked = core.redox.calls.slice(before).map(patientsIn);
  expect(asked.map(({ length }) => length).toSorted((a, b) => a - b)).toEqual([1, 49]);
});

test('many culprits are spread over 16 calls, whose halves cost no more than the split budget', async () => {
  const culprits = NAMES.slice(0, 25);
  await using core = await startRefusing(culprits);
  for (let round = 0; round < 12; round++) await poll(core).catch(() => undefined);
  const before = core.redox.calls.length;
  await core.finish(Promise.all(NAMES.map((name) => outcomeOf(core.submit(needOf([name]))))));
  const asked = core.redox.calls.slice(before).map((call) => patientsIn(call).length);
  // The calls as planned come first: one for the others, and 16 for 25 culprits, of which nine ask for two.
  expect(asked.slice(0, 17).toSorted((a, b) => a - b)).toEqual([
    ...Array(7).fill(1),
    ...Array(9).fill(2),
    25,
  ]);
  expect(asked.length).toBeLessThanOrEqual(1 + 16 + 2 * 32);
});

test.each(['visits', 'documents'] as const)('%s are remembered as patients are', async (dimension) => {
  const list = dimension === 'visits' ? 'visitNumbers' : 'documentIds';
  const isCulprit: AnswerHook = (query) => (query[list]?.includes('n7') ? REFUSED : undefined);
  await using core = await startTimedCore({ sandbox: { charts: [], answer: isCulprit } });
  const ask = () =>
    core.countCalls(() =>
      core.finish(
        Promise.all(
          Array.from({ length: 20 }, (_, at) =>
            outcomeOf(core.submit({ ...needOf(['p1']), box: createBox({ [list]: [`n${at}`] }) })),
          ),
        ),
      ),
    );
  expect(await ask()).toBeGreaterThan(2);
  expect(await ask()).toBe(2);
});

test('a patient that is refused while no other is answered does not become a culprit', async () => {
  await using core = await startRefusing(NAMES);
  await core.finish(Promise.all(NAMES.map((name) => outcomeOf(core.submit(needOf([name]))))));
  core.redox.answer = undefined;
  await core.pass(1000);
  await poll(core).catch(() => undefined);
  await core.pass(1000);
  expect(await poll(core)).toEqual({ calls: 1, failed: {} });
});

describe('the memory of culprits', () => {
  const boxOf = (names: readonly string[]) => needOf(names).box;

  test('holds the newest thousand values', () => {
    const culprits = new Culprits(new FakeClock(), (text) => text);
    for (const name of namesUpTo(1001)) culprits.note(boxOf([name]));
    const known = namesUpTo(1001).filter((name) => culprits.findCulprit(boxOf([name])) !== null);
    expect(known).toEqual(namesUpTo(1000, 1));
  });

  test('holds an HMAC of each value, not the value', () => {
    const texts: string[] = [];
    const culprits = new Culprits(new FakeClock(), (text) => `hmac ${texts.push(text)}`);
    culprits.note(boxOf(['p1']));
    expect(culprits.findCulprit(boxOf(['p2']))).toBeNull();
    expect(texts).toHaveLength(2);
  });

  test('cuts a box into pieces that make up the whole box, each with one culprit or with none', () => {
    const name = fc.integer({ min: 0, max: 12 }).map((at) => `p${at}`);
    fc.assert(
      fc.property(fc.uniqueArray(name), fc.uniqueArray(name, { minLength: 1 }), (known, asked) => {
        const culprits = new Culprits(new FakeClock(), (text) => text);
        for (const one of known) culprits.note(boxOf([one]));
        const pieces: readonly Box[] = culprits.cut(boxOf(asked));
        expect(unionOf(pieces.map(({ patients }) => patients))).toEqual(boxOf(asked).patients);
        expect(pieces.reduce((sum, { patients }) => sum + listSize(patients), 0)).toBe(asked.length);
        const mixed = pieces.filter((piece) => listSize(piece.patients) > 1);
        expect(mixed.length).toBeLessThanOrEqual(1);
        for (const { patients } of mixed) {
          for (const one of known) expect(patients).not.toEqual(boxOf([one]).patients);
          expect(listSize(patients)).toBe(asked.filter((one) => !known.includes(one)).length);
        }
      }),
      { numRuns: CASES },
    );
  });
});

test('a list that thousands of needs share is searched once, until another culprit is added', () => {
  let hashed = 0;
  const culprits = new Culprits(new FakeClock(), (text) => {
    hashed += 1;
    return text;
  });
  const { patients } = needOf(NAMES).box;
  const cut = (visit: string) => culprits.cut({ ...createBox({ visitNumbers: [visit] }), patients });
  culprits.note(needOf(['p3']).box);
  hashed = 0;
  const [first, ...others] = namesUpTo(1000).map(cut);
  expect(hashed).toBe(NAMES.length);
  expect(first?.map((box) => listSize(box.patients))).toEqual([1, 49]);
  expect(others.every((pieces) => pieces[1]?.patients === first?.[1]?.patients)).toBe(true);
  culprits.note(needOf(['p4']).box);
  expect(cut('again').map((box) => listSize(box.patients))).toEqual([1, 1, 48]);
  culprits.forget(needOf(['p3', 'p4']).box);
  culprits.note(needOf(['p5']).box);
  expect(cut('again').map((box) => box.patients)[0]).toEqual(needOf(['p5']).box.patients);
});
