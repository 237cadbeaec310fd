/** When two items are one document. */
import { describe, expect, test } from 'vitest';
import {
  dropRepeats,
  fingerprintOf,
  itemKey,
  sumOverTexts,
  uniteLists,
} from '../../../src/media/model/item.ts';
import { distinctPatients } from '../../../src/media/model/patients.ts';
import type { Item } from '../../../src/redox/messages.ts';
import { countWork } from '../../support/count-work.ts';

const item = (change: Partial<Item> = {}): Item => ({
  identifiers: [{ id: 'SYN-1', idType: 'MR' }],
  visitNumber: 'V-1',
  documentId: 'doc-1',
  documentType: 'Photo',
  documentDescription: null,
  fileType: 'PNG',
  fileName: 'a',
  creationDateTime: null,
  serviceDateTime: null,
  contents: { kind: 'inline', length: 4, checksum: '7', file: 'skipped' },
  ...change,
});

describe('what an item says', () => {
  const { identifiers: _, contents: __, ...texts } = item();
  const changes = Object.keys(texts).map((name) => ({ name, changed: item({ [name]: 'changed' }) }));

  test.each(changes)('$name tells it from others, and counts', ({ changed }) => {
    expect(itemKey(changed)).not.toBe(itemKey(item()));
    const measured: (string | null)[] = [];
    sumOverTexts(changed, (text) => measured.push(text));
    expect(measured.filter((text) => text === 'changed')).toHaveLength(1);
    expect(measured).toHaveLength(changes.length);
  });

  test('its identifiers and contents tell it from others, too', () => {
    const others = [
      item({ identifiers: [{ id: 'SYN-2', idType: 'MR' }] }),
      item({ contents: { kind: 'none' } }),
    ];
    expect(new Set([item(), ...others].map(itemKey)).size).toBe(3);
  });
});

describe('repeats in one reply', () => {
  test('are dropped when all they say is equal', () => {
    expect(dropRepeats([item(), item(), item({ documentId: 'doc-2' })])).toHaveLength(2);
  });
  test('are versions when type or contents differ, and stay', () => {
    const contents = { kind: 'inline', length: 4, checksum: '8', file: 'skipped' } as const;
    expect(dropRepeats([item(), item({ documentType: 'Scan' }), item({ contents })])).toHaveLength(3);
  });
  test('are never assumed without a DocumentID', () => {
    expect(dropRepeats([item({ documentId: null }), item({ documentId: null })])).toHaveLength(2);
  });
  test('of thousands of versions of one document are found without comparing each two', async () => {
    const versions = (count: number) =>
      Array.from({ length: count }, (_, at) => item({ fileName: String(at) }));
    const workFor = (count: number) =>
      countWork(() => expect(dropRepeats(versions(count))).toHaveLength(count), ['src/media/model/item.ts']);
    expect(await workFor(3000)).toBeLessThan(30 * (await workFor(300)));
  });
  test('of a document of another patient under the same DocumentID stay', () => {
    expect(dropRepeats([item(), item({ identifiers: [{ id: 'SYN-2', idType: 'MR' }] })])).toHaveLength(2);
  });
});

describe('answers to the parts of a need', () => {
  test('hold a document once that satisfies both parts, with or without a DocumentID', () => {
    const anonymous = item({ documentId: null });
    expect(
      uniteLists([
        [item(), anonymous],
        [{ ...anonymous }, item()],
      ]),
    ).toHaveLength(2);
  });
  test('compare those documents alone whose DocumentIDs are in several parts', async () => {
    const part = (name: string) =>
      Array.from({ length: 300 }, (_, at) => item({ documentId: at === 0 ? 'shared' : `${name}-${at}` }));
    // Nothing but comparing looks at identifiers here.
    const workFor = (parts: readonly (readonly Item[])[], expected: number) =>
      countWork(() => expect(uniteLists(parts)).toHaveLength(expected), ['src/media/model/keys.ts']);
    expect(await workFor([part('a'), part('b')], 599)).toBeLessThan(20);
  });
  test('keep versions that one part holds twice', () => {
    expect(uniteLists([[item(), item()], [item({ documentId: 'doc-2' })]])).toHaveLength(3);
  });
  test('hold equal documents without a DocumentID as often as the fullest part does', () => {
    const twin = () => item({ documentId: null });
    expect(uniteLists([[twin()], [twin(), twin()], [twin()]])).toHaveLength(2);
  });
});

test('a fingerprint does not depend on the order of identifiers, and on all else', () => {
  const two = [
    { id: 'SYN-1', idType: 'MR' },
    { id: 'e-1', idType: 'EHRID' },
  ];
  const one = fingerprintOf(item({ identifiers: two }));
  expect(fingerprintOf(item({ identifiers: two.toReversed() }))).toBe(one);
  for (const change of [
    { fileName: 'b' },
    { visitNumber: null },
    { documentDescription: '' },
    { identifiers: [] },
  ]) {
    expect(fingerprintOf(item({ identifiers: two, ...change }))).not.toBe(one);
  }
});

describe('patients among items', () => {
  const mr = { id: '1', idType: 'MR' };
  const ehr = { id: '1', idType: 'EHRID' };
  const portal = { id: 'p', idType: 'PORTAL' };
  test('are one when identifiers link them, in whatever order the links come', () => {
    const items = [[mr], [portal], [ehr, portal], [mr, ehr]].map((identifiers) => item({ identifiers }));
    expect(distinctPatients(items)).toEqual([[mr, portal, ehr]]);
  });
  test('are two when they share an ID but not its type, and none when items do not say', () => {
    expect(distinctPatients([item({ identifiers: [mr] }), item({ identifiers: [ehr] })])).toHaveLength(2);
    expect(distinctPatients([item({ identifiers: [] })])).toEqual([]);
  });
});
