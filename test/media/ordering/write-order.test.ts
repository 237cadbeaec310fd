/** One destination's writes in the order of its Media Queries: what is too old for a question, and what it waits for. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { looseIdentifierKey } from '../../../src/media/model/keys.ts';
import { createBox, type NeedLists } from '../../../src/media/model/need.ts';
import { writtenPatient } from '../../../src/media/model/written-patient.ts';
import { WriteOrder } from '../../../src/media/ordering/write-order.ts';
import type { Identifier } from '../../../src/redox/messages.ts';
import { CASES } from '../../support/cases.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const mr = (id: string): Identifier => ({ idType: 'MR', id });
const ehr = (id: string): Identifier => ({ idType: 'EHRID', id });
const boxOf = (lists: NeedLists) => createBox(lists);
const patient = (...identifiers: Identifier[]) => boxOf({ patients: [identifiers] });
const about = (...identifiers: Identifier[]) => writtenPatient(identifiers);
const ANYONE = about();

describe('what was asked before a write was answered is too old', () => {
  test.each<[string, NeedLists, boolean]>([
    ['for the same patient', { patients: [[mr('1')]] }, true],
    ['for the same patient with more identifiers', { patients: [[mr('1'), ehr('e')]] }, true],
    ['for a patient named by another IDType', { patients: [[ehr('e')]] }, true],
    ['for a visit', { visitNumbers: ['V'] }, true],
    ['for a document', { documentIds: ['D'] }, true],
    ['for several patients, one of them the same', { patients: [[mr('2')], [mr('1')]] }, true],
    ['for an ID with other case, blanks or zeros', { patients: [[mr(' 01')]] }, true],
    ['but not for another patient', { patients: [[mr('2')]] }, false],
    ['but not for several others', { patients: [[mr('2')], [mr('3'), ehr('e')]] }, false],
  ])('%s', (_, lists, isTooOld) => {
    const order = new WriteOrder(new FakeClock());
    const before = order.nextPlace();
    order.begin(about(mr('1'))).end();
    const after = order.nextPlace();
    expect(order.isCurrent(boxOf(lists), before)).toBe(!isTooOld);
    expect(order.isCurrent(boxOf(lists), after)).toBe(true);
  });

  test('also what was asked while it was under way', () => {
    const order = new WriteOrder(new FakeClock());
    const write = order.begin(about(mr('1')));
    const between = order.nextPlace();
    expect(order.isCurrent(patient(mr('1')), between)).toBe(true);
    write.end();
    expect(order.isCurrent(patient(mr('1')), between)).toBe(false);
  });

  test('where it shows a document that was removed, whoever was named', () => {
    const order = new WriteOrder(new FakeClock());
    const before = order.nextPlace();
    order.begin(about(mr('1')), 'd-1').end();
    const between = order.nextPlace();
    order.begin(about(mr('1')), 'd-2').end();
    const holds = (documentId: string | null, place: number) =>
      order.holdsRemoved([{ documentId: 'D-other' }, { documentId }], (time) => time.place > place);
    expect(['D-1', 'D-2', ' d-1', 'D-3', null].map((id) => holds(id, before))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
    expect(['D-1', 'D-2'].map((id) => holds(id, between))).toEqual([false, true]);
    expect(holds('D-2', order.nextPlace())).toBe(false);
  });

  test('where its patient is named by so many IDTypes that no hospital has', () => {
    const order = new WriteOrder(new FakeClock());
    const before = order.nextPlace();
    order.begin(about(...Array.from({ length: 300 }, (_, at) => ({ idType: `T${at}`, id: 'x' })))).end();
    expect(order.isCurrent(patient({ idType: 'T1', id: 'y' }), before)).toBe(false);
  });

  test('whatever was written since, of however many others', () => {
    const order = new WriteOrder(new FakeClock());
    const before = order.nextPlace();
    order.begin(about(mr('1'))).end();
    for (let id = 2; id < 2000; id += 1) order.begin(about(mr(`${id}`))).end();
    expect(order.isCurrent(patient(mr('1')), before)).toBe(false);
    expect(order.isCurrent(patient(mr('other')), before)).toBe(true);
    const between = order.nextPlace();
    expect(order.isCurrent(patient(mr('1')), between)).toBe(true);
    for (let id = 2; id < 300_000; id += 1) order.begin(about(mr(`${id}`))).end();
    // Long forgotten writes count for every patient, which costs a call and no more.
    expect(order.isCurrent(patient(mr('other')), between)).toBe(false);
    expect(order.isCurrent(patient(mr('other')), order.nextPlace())).toBe(true);
  });

  test('also when patients are named in more ways than are known apart', () => {
    const order = new WriteOrder(new FakeClock());
    const before = order.nextPlace();
    for (let way = 0; way < 100; way += 1) order.begin(about({ idType: `T${way}`, id: '1' })).end();
    expect(order.isCurrent(patient({ idType: 'T0', id: '1' }), before)).toBe(false);
    expect(order.isCurrent(patient(mr('1')), before)).toBe(false);
    expect(order.isCurrent(patient(mr('1')), order.nextPlace())).toBe(true);
  });

  test('as soon as it may concern one way of naming patients', () => {
    const order = new WriteOrder(new FakeClock());
    const hashes = {
      typeOf: (idType: string) => `#${idType}`,
      pairOf: ({ id }: Identifier) => `#${id}`,
      documentOf: (documentId: string) => `#${documentId}`,
    };
    const written = { names: hashes, types: new Set(['#MR']), pairs: new Set(['#1']) };
    const before = order.nextPlace();
    order.begin(about(mr('2'))).end();
    order.begin(written).end();
    const isCurrent = (id: Identifier) => order.isCurrent(patient(id), before);
    expect([mr('1'), mr('2'), mr('3'), ehr('1')].map(isCurrent)).toEqual([false, false, true, false]);
  });
});

test('a long list of patients, looked at once for each write, is told apart from others', () => {
  const order = new WriteOrder(new FakeClock());
  const idsFrom = (first: number) => Array.from({ length: 300 }, (_, at) => [mr(`${first + at}`)]);
  const [own, others] = [boxOf({ patients: idsFrom(1) }), boxOf({ patients: idsFrom(1000) })];
  let looks = 0;
  const { names, types, pairs } = about(mr('42'));
  const pairOf = (one: Identifier) => {
    looks += 1;
    return looseIdentifierKey(one);
  };
  const write = order.begin({ names: { ...names, pairOf }, types, pairs });
  const before = order.nextPlace();
  for (let need = 0; need < 1000; need += 1) {
    expect(order.writesToAwait({ ...own, visits: new Set([`V-${need}`]) })).not.toBeNull();
    expect(order.writesToAwait({ ...others, visits: new Set([`V-${need}`]) })).toBeNull();
  }
  expect(looks).toBeLessThanOrEqual(600);
  write.end();
  looks = 0;
  for (let need = 0; need < 1000; need += 1) {
    const visits = new Set([`V-${need}`]);
    expect(order.isCurrent({ ...own, visits }, before)).toBe(false);
    expect(order.isCurrent({ ...others, visits }, before)).toBe(true);
  }
  expect(looks).toBe(600);
});

describe('a question waits', () => {
  test('for the writes under way that may concern it, and for no later ones', async () => {
    const order = new WriteOrder(new FakeClock());
    const [first, second] = [order.begin(about(mr('1'))), order.begin(ANYONE)];
    const waits = order.writesToAwait(patient(mr('1')));
    const third = order.begin(about(mr('1')));
    let isOver = false;
    const over = waits?.then(() => {
      isOver = true;
    });
    first.end();
    await new Promise(setImmediate);
    expect(isOver).toBe(false);
    second.end();
    await over;
    expect(isOver).toBe(true);
    third.end();
  });

  test('not for what is about another patient, and not when nothing is under way', () => {
    const order = new WriteOrder(new FakeClock());
    expect(order.writesToAwait(boxOf({ visitNumbers: ['V'] }))).toBeNull();
    const write = order.begin(about(mr('1')));
    expect(order.writesToAwait(patient(mr('2')))).toBeNull();
    expect(order.writesToAwait(patient(ehr('2')))).not.toBeNull();
    write.end();
    expect(order.writesToAwait(patient(ehr('2')))).toBeNull();
  });
});

describe('since when nothing was written', () => {
  test('is known of a patient for as long as of its writes, and counts the time of a write', async () => {
    const clock = new FakeClock();
    const order = new WriteOrder(clock);
    const before = clock.now();
    await clock.advance(10);
    const written = clock.now();
    order.begin(about(mr('1'))).end();
    expect(order.isUnwrittenSince(patient(mr('1')), before)).toBe(false);
    expect(order.isUnwrittenSince(patient(mr('1')), written)).toBe(false);
    expect(order.isUnwrittenSince(patient(mr('1')), written + 1)).toBe(true);
    expect(order.isUnwrittenSince(patient(mr('2')), before)).toBe(true);
    expect(order.isUnwrittenSince(boxOf({ visitNumbers: ['V'] }), before)).toBe(false);
  });

  test('is not known of anybody before a write whose patient is forgotten, or was never known', async () => {
    const clock = new FakeClock();
    const order = new WriteOrder(clock);
    const before = clock.now();
    await clock.advance(10);
    for (let id = 0; id < 200_000; id += 1) order.begin(about(mr(`${id}`))).end();
    expect(order.isUnwrittenSince(patient(mr('other')), before)).toBe(false);
    await clock.advance(10);
    const later = clock.now();
    expect(order.isUnwrittenSince(patient(mr('other')), later)).toBe(true);
    order.forgetPatients(later);
    expect(order.isUnwrittenSince(patient(mr('other')), later)).toBe(false);
    expect(order.isUnwrittenSince(patient(mr('other')), later + 1)).toBe(true);
  });

  test('is known after writes that were missed and answered long ago, while all that was asked before is old', async () => {
    const clock = new FakeClock();
    const order = new WriteOrder(clock);
    const before = order.nextPlace();
    await clock.advance(1000);
    const missed = clock.now() - 500;
    order.forgetPatients(missed);
    expect(order.isCurrent(patient(mr('1')), before)).toBe(false);
    expect(order.isCurrent(patient(mr('1')), order.nextPlace())).toBe(true);
    expect(order.isUnwrittenSince(patient(mr('1')), missed)).toBe(false);
    expect(order.isUnwrittenSince(patient(mr('1')), missed + 1)).toBe(true);
  });
});

test('ending a write twice is ending it once', () => {
  const order = new WriteOrder(new FakeClock());
  const write = order.begin(ANYONE);
  write.end();
  const after = order.nextPlace();
  write.end();
  expect(order.isCurrent(patient(mr('1')), after)).toBe(true);
});

/** In words of the rule: they share an IDType, and no identifier. */
function isAnother(one: readonly Identifier[], other: readonly Identifier[]): boolean {
  const ofOneType = one.flatMap((a) => other.filter((b) => a.idType === b.idType).map((b) => a.id === b.id));
  return ofOneType.length > 0 && !ofOneType.includes(true);
}

/** Without the order's own shortcuts. */
test('over random histories, a call is current exactly when no write that concerns the box ended after it', () => {
  const ids = fc.subarray([mr('1'), mr('2'), ehr('1'), ehr('2')], { minLength: 1 });
  const step = fc.oneof(
    fc.record({ kind: fc.constant('begin' as const), ids }),
    fc.record({ kind: fc.constant('end' as const), at: fc.nat(20) }),
    fc.record({ kind: fc.constant('ask' as const) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), ids, (steps, asked) => {
      const order = new WriteOrder(new FakeClock());
      const writes: { ids: Identifier[]; end: () => void; endedAtStep: number }[] = [];
      const calls: { place: number; step: number }[] = [];
      for (const [at, one] of steps.entries()) {
        if (one.kind === 'begin') {
          const write = order.begin(about(...one.ids));
          writes.push({ ids: one.ids, end: () => write.end(), endedAtStep: Number.POSITIVE_INFINITY });
        } else if (one.kind === 'ask') calls.push({ place: order.nextPlace(), step: at });
        else {
          const write = writes[one.at % Math.max(1, writes.length)];
          if (write && write.endedAtStep === Number.POSITIVE_INFINITY) write.endedAtStep = at;
          write?.end();
        }
      }
      const concerning = writes.filter((write) => !isAnother(write.ids, asked));
      for (const { place, step: sent } of calls) {
        const isTooOld = concerning.some(
          ({ endedAtStep }) => endedAtStep > sent && endedAtStep !== Number.POSITIVE_INFINITY,
        );
        expect(order.isCurrent(patient(...asked), place)).toBe(!isTooOld);
      }
      const isUnderWay = concerning.some(({ endedAtStep }) => endedAtStep === Number.POSITIVE_INFINITY);
      expect(order.writesToAwait(patient(...asked)) !== null).toBe(isUnderWay);
    }),
    { numRuns: CASES },
  );
});
