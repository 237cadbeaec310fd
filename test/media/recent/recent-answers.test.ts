/** What is remembered: within its bytes and its time, found by what it contains, and never for anybody else. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boxContains } from '../../../src/media/model/box.ts';
import { destinationAlias, type RightsKey, rightsKey } from '../../../src/media/model/keys.ts';
import { createNeed, type NeedLists } from '../../../src/media/model/need.ts';
import type { RecentAnswer } from '../../../src/media/recent/recent-answer.ts';
import { RecentAnswers } from '../../../src/media/recent/recent-answers.ts';
import type { DecodedFile, Item } from '../../../src/redox/messages.ts';
import { fewerCases } from '../../support/cases.ts';
import { FakeClock, settle } from '../../support/fake-clock.ts';
import {
  answerTo,
  boxOf,
  FOREVER,
  GENERAL,
  mr,
  OF_ONE,
  RECENT_MS,
  remembered,
  SCOPE,
} from './stored-answers.ts';

function item(fields: Partial<Item> = {}): Item {
  return {
    identifiers: mr('1'),
    visitNumber: null,
    documentId: 'doc',
    documentType: 'Photo',
    documentDescription: null,
    fileType: 'TXT',
    fileName: null,
    creationDateTime: null,
    serviceDateTime: null,
    contents: { kind: 'none' },
    ...fields,
  };
}

function createStore({ maxBytes = 1_000_000 } = {}) {
  const clock = new FakeClock();
  return { clock, store: new RecentAnswers({ recentMs: RECENT_MS, maxBytes, clock }) };
}

describe('an answer', () => {
  test('has an id of its own once a cursor names it, by which only callers of its scope find it', () => {
    const { clock, store } = createStore();
    const recent = remembered(store.remember(SCOPE, answerTo(OF_ONE, clock), FOREVER));
    const id = store.idOf(recent) ?? '';
    expect(store.idOf(recent)).toBe(id);
    expect(store.named(id, SCOPE)).toBe(recent);
    expect(store.named(id, { ...SCOPE, rightsKey: rightsKey('others') })).toBeNull();
    expect(store.named(id, { ...SCOPE, destination: destinationAlias('county') })).toBeNull();
    expect(store.named(`${id}x`, SCOPE)).toBeNull();
  });

  test('is forgotten when it is old, with its id', async () => {
    const { clock, store } = createStore();
    const recent = remembered(store.remember(SCOPE, answerTo(OF_ONE, clock), FOREVER));
    const id = store.idOf(recent) ?? '';
    await clock.advance(RECENT_MS - 1);
    expect(store.named(id, SCOPE)).toBe(recent);
    await clock.advance(1);
    expect(store.named(id, SCOPE)).toBeNull();
    expect(store.load).toEqual({ bytes: 0, answers: 0, evicted: 0 });
    expect(store.idOf(recent)).toBeNull();
  });

  test('whose time is over when it comes is not remembered, nor one whose token has expired', () => {
    const { clock, store } = createStore();
    const late = answerTo(OF_ONE, clock, { answeredAt: clock.now() - RECENT_MS });
    expect(store.remember(SCOPE, late, FOREVER)).toBeNull();
    expect(store.remember(SCOPE, answerTo(OF_ONE, clock), clock.wallTime())).toBeNull();
    expect(store.load.answers).toBe(0);
  });

  test('is not used once the wall clock says that its token has expired, whatever time has passed', () => {
    const { clock, store } = createStore();
    const expiresAt = clock.wallTime() + 5000;
    const recent = remembered(store.remember(SCOPE, answerTo(OF_ONE, clock), expiresAt));
    const id = store.idOf(recent) ?? '';
    clock.setWallTime(expiresAt);
    expect(store.named(id, SCOPE)).toBeNull();
    expect(store.containing(boxOf(OF_ONE), SCOPE)).toEqual([]);
  });

  test('takes the place of what it contains for questions; for cursors, both stay', async () => {
    const { clock, store } = createStore();
    const narrow = remembered(store.remember(SCOPE, answerTo(OF_ONE, clock), FOREVER));
    const id = store.idOf(narrow) ?? '';
    expect(store.containing(boxOf(OF_ONE), SCOPE)).toEqual([narrow]);
    await clock.advance(1);
    const broad = store.remember(SCOPE, answerTo({ patients: [mr('1'), mr('2')] }, clock), FOREVER);
    expect(store.containing(boxOf(OF_ONE), SCOPE)).toEqual([broad]);
    expect(store.named(id, SCOPE)).toBe(narrow);
  });

  test('makes forgotten what it contains and no cursor names', async () => {
    const { clock, store } = createStore();
    const remember = () => remembered(store.remember(SCOPE, answerTo(OF_ONE, clock), FOREVER));
    const unnamed = remember();
    const named = remember();
    const id = store.idOf(named) ?? '';
    const newest = remember();
    expect([unnamed, named, newest].map(({ isForgotten }) => isForgotten)).toEqual([true, false, false]);
    expect(store.named(id, SCOPE)).toBe(named);
    expect(store.containing(boxOf(OF_ONE), SCOPE)).toEqual([newest]);
    expect(store.load).toMatchObject({ answers: 2, evicted: 0 });
  });

  test('whose place was taken before its operation named it is remembered once more, for cursors', async () => {
    const { clock, store } = createStore();
    const remember = () => remembered(store.remember(SCOPE, answerTo(OF_ONE, clock), FOREVER));
    const replaced = remember();
    const newest = remember();
    const id = store.idOf(replaced) ?? '';
    expect(store.named(id, SCOPE)).toBe(replaced);
    expect(store.containing(boxOf(OF_ONE), SCOPE)).toEqual([newest]);
    expect(store.load).toMatchObject({ answers: 2, bytes: replaced.bytes + newest.bytes });
    await clock.advance(RECENT_MS);
    expect(store.idOf(replaced)).toBeNull();
    await clock.advance(1000);
    expect(store.load).toEqual({ bytes: 0, answers: 0, evicted: 0 });
  });

  test('takes no place of one that says more of files', async () => {
    const { clock, store } = createStore();
    const need = createNeed(GENERAL, OF_ONE, 'digest');
    const withFiles = store.remember(SCOPE, answerTo(OF_ONE, clock, { need }), FOREVER);
    await clock.advance(1);
    const without = store.remember(SCOPE, answerTo(OF_ONE, clock), FOREVER);
    expect(store.containing(boxOf(OF_ONE), SCOPE)).toEqual([without, withFiles]);
  });

  test('that two operations were given of one call is one, for as long as either token is valid', () => {
    const { clock, store } = createStore();
    const answer = answerTo(OF_ONE, clock);
    const first = remembered(store.remember(SCOPE, answer, clock.wallTime() + 1000));
    expect(store.remember(SCOPE, { ...answer, items: [] }, clock.wallTime() + 9000)).toBe(first);
    expect(store.load.answers).toBe(1);
    expect(first.expiresAt).toBe(clock.wallTime() + 9000);
    expect(store.remember({ ...SCOPE, rightsKey: rightsKey('others') }, answer, FOREVER)).not.toBe(first);
  });
});

describe('contents', () => {
  const file: DecodedFile = {
    statedType: null,
    byteLength: 9,
    sha256: 'f'.repeat(64),
    checkpoints: [],
    head: Buffer.from('synthetic'),
    isUtf8: true,
    blocks: [Buffer.from('synthetic')],
  };
  const inline = { kind: 'inline', length: 12, checksum: 'c' } as const;

  test('are no part of what is remembered, also where they came for another need: what they are is', async () => {
    const { clock, store } = createStore();
    const items = [item({ contents: { ...inline, file } }), item()];
    const recent = remembered(store.remember(SCOPE, answerTo(OF_ONE, clock, { items }), FOREVER));
    await settle();
    const [first, second] = recent.answer.items;
    expect(JSON.stringify(recent.answer)).not.toContain(JSON.stringify(file.head));
    const kind = { mediaType: 'text/plain', servedType: 'text/plain; charset=utf-8', isInline: true };
    expect(first?.contents).toMatchObject({ file: { kind, blocks: null, sha256: file.sha256 } });
    expect(second).toBe(items[1]);
    const ofSame = remembered(store.remember(SCOPE, answerTo({ visitNumbers: ['V'] }, clock), FOREVER));
    expect(store.load.bytes).toBe(recent.bytes + ofSame.bytes);
  });

  test('an answer with bytes serves none that asks for bytes', () => {
    const { clock, store } = createStore();
    const need = createNeed(GENERAL, OF_ONE, { keepBytes: 100 });
    const recent = store.remember(SCOPE, answerTo(OF_ONE, clock, { need }), FOREVER);
    expect(recent?.answer.need.files).toBe('digest');
  });
});

describe('the memory', () => {
  const wide = (id: string, clock: FakeClock) =>
    answerTo({ patients: [mr(id)] }, clock, { items: [item({ documentDescription: 'x'.repeat(3000) })] });

  test('holds no more bytes than it may: the least recently used goes first', async () => {
    const { clock, store } = createStore({ maxBytes: 40_000 });
    const first = remembered(store.remember(SCOPE, wide('0', clock), FOREVER));
    const firstId = store.idOf(first) ?? '';
    for (let id = 1; id < 50; id += 1) {
      await clock.advance(1);
      store.remember(SCOPE, wide(`${id}`, clock), FOREVER);
      store.touch(first);
      expect(store.load.bytes).toBeLessThanOrEqual(40_000);
    }
    expect(store.load.evicted).toBe(50 - store.load.answers);
    expect(store.named(firstId, SCOPE)).toBe(first);
    expect(store.containing(boxOf({ patients: [mr('49')] }), SCOPE)).toHaveLength(1);
    expect(store.containing(boxOf({ patients: [mr('1')] }), SCOPE)).toEqual([]);
  });

  test('takes no answer that would push out most others', () => {
    const { clock, store } = createStore({ maxBytes: 10_000 });
    store.remember(SCOPE, answerTo(OF_ONE, clock), FOREVER);
    expect(store.remember(SCOPE, wide('2', clock), FOREVER)).toBeNull();
    expect(store.load).toMatchObject({ answers: 1, evicted: 0 });
  });
});

test('over random histories, a question finds exactly the newest that are remembered of its own scope', async () => {
  const list = (values: readonly string[]) => fc.option(fc.subarray([...values], { minLength: 1 }));
  const lists = fc
    .record({
      patients: list(['1', '2', '3']),
      visitNumbers: list(['V', 'W']),
      documentTypes: list(['Photo']),
      documentIds: list(['D', 'E']),
    })
    .filter(({ patients, visitNumbers, documentIds }) => Boolean(patients ?? visitNumbers ?? documentIds))
    .map(({ patients, ...others }): NeedLists => ({ ...others, patients: patients?.map(mr) }));
  const key = fc.constantFrom(rightsKey('all'), rightsKey('others'));
  const step = fc.oneof(
    fc.record({ kind: fc.constant('remember' as const), lists, rightsKey: key }),
    fc.record({ kind: fc.constant('ask' as const), lists, rightsKey: key }),
    fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 50_000 }) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const { clock, store } = createStore();
      const known: { recent: RecentAnswer; rightsKey: RightsKey }[] = [];
      for (const one of steps) {
        if (one.kind === 'pass') await clock.advance(one.ms);
        else if (one.kind === 'remember') {
          const scope = { ...SCOPE, rightsKey: one.rightsKey };
          const recent = store.remember(scope, answerTo(one.lists, clock), FOREVER);
          known.push({ recent: remembered(recent), rightsKey: one.rightsKey });
          await clock.advance(1);
        } else {
          const found = store.containing(boxOf(one.lists), { ...SCOPE, rightsKey: one.rightsKey });
          const usable = known
            .filter((each) => each.rightsKey === one.rightsKey)
            .map(({ recent }) => recent)
            .filter(({ answer }) => clock.now() - answer.answeredAt < RECENT_MS)
            .filter(({ answer }) => boxContains(answer.need.box, boxOf(one.lists)))
            .reverse();
          expect(found[0]).toBe(usable[0]);
          expect(usable).toEqual(expect.arrayContaining([...found]));
        }
      }
      const alive = known.filter(({ recent }) => !recent.isForgotten);
      expect(store.load.bytes).toBe(alive.reduce((sum, { recent }) => sum + recent.bytes, 0));
      await clock.advance(RECENT_MS + 1000);
      expect(store.load).toEqual({ bytes: 0, answers: 0, evicted: 0 });
    }),
    { numRuns: fewerCases(5) },
  );
});
