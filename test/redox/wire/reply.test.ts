import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RedoxError } from '../../../src/redox/redox-error.ts';
import { CASES } from '../../support/cases.ts';
import { SILENT_ITEM } from '../../support/silent-item.ts';
import { readReply } from '../reply/read-reply.ts';
import { FULL, read } from './read-message.ts';

describe('a reply', () => {
  it.each([
    ['Media absent', { Meta: {} }],
    ['Media null', { Meta: {}, Media: null }],
    ['Media empty', { Meta: {}, Media: [] }],
    ['no Meta', { Media: [] }],
    ['nothing in Errors', { Meta: { Errors: [], Logs: null }, Media: [] }],
    ['null for Errors', { Meta: { Errors: null, EventType: 'Query' } }],
    ['{} for Errors', { Meta: { Errors: {} } }],
    ['{} for Media', { Meta: {}, Media: {} }],
    ['null entries', { Meta: {}, Media: [null, null] }],
  ])('with %s has no items', (_, message) => {
    const { bytes, ...reply } = read(message);
    expect(reply).toEqual({ items: [], unreadable: 0, logIds: [] });
    expect(bytes).toBe(JSON.stringify(message).length);
  });

  it('may begin with a byte order mark', () => {
    expect(readReply('\uFEFF{"Media":[]}').items).toEqual([]);
  });

  it('keeps only log ids that look like ones', () => {
    const Logs = [{ ID: 'a1b2-c3' }, { ID: 5 }, { ID: 'Jane Doe' }, { ID: 'x'.repeat(65) }, {}, null, 'x'];
    expect(read({ Meta: { Logs } }).logIds).toEqual(['a1b2-c3', '5']);
  });

  it.each([[[null]], ['failed'], [{ Text: 'failed' }], [true]])('with Errors %j is refused', (Errors) => {
    expect(() => read({ Meta: { Errors }, Media: [{}] })).toThrow(
      expect.objectContaining({ code: 'UPSTREAM_REJECTED', splittable: true }),
    );
  });

  it.each([
    ['message', false],
    ['Message', false],
    [' MESSAGE ', false],
    ['transmission', true],
    ['messages', true],
    [null, true],
    [1, true],
  ])('with an error of type %j may pass when smaller: %s', (Type, splittable) => {
    for (const Errors of [[{ Type }], { Type }]) {
      expect(() => read({ Meta: { Errors } })).toThrow(expect.objectContaining({ splittable }));
    }
    const mixed = [{ Type }, { Type: 'transmission' }];
    expect(() => read({ Meta: { Errors: mixed } })).toThrow(expect.objectContaining({ splittable: true }));
  });

  it.each<object>([
    { Patient: { identifiers: [{ ID: 'SYN-2', IDType: 'MR' }] } },
    { Patient: { Identifiers: [], IDENTIFIERS: [{ ID: 'SYN-2', IDType: 'MR' }] } },
    { Patient: { ID: 'SYN-2', IDType: 'MR' } },
    { Patient: { Id: 2 } },
    { patient: { Identifiers: [{ ID: 'SYN-2', IDType: 'MR' }] } },
    { Patient: {}, 'patient ': { identifiers: [{ ID: 'SYN-2', IDType: 'MR' }] } },
    { Patients: [{ Identifiers: [{ ID: 'SYN-2', IDType: 'MR' }] }] },
    { PATIENT: 'SYN-2' },
  ])(
    'with an entry that names its patient by other members than Redox does (%j) belongs to no patient',
    (said) => {
      const { items, unreadable } = read({
        Meta: {},
        Media: [{ DocumentID: 'D' }, { DocumentID: 'D', ...said }],
      });
      expect([items.length, unreadable]).toEqual([1, 1]);
    },
  );

  it.each<object>([
    { Patient: { Identifiers: [], identifiers: null, ID: ' ' } },
    { Patient: {}, patient: { Identifiers: [] }, Patients: [] },
    { Patient: { Extensions: { a: 1 }, Demographics: { DOB: '2000-01-01' } } },
  ])('with an entry that names no patient (%j) has it', (said) => {
    expect(read({ Meta: {}, Media: [{ DocumentID: 'D', ...said }] }).items).toHaveLength(1);
  });

  it.each([FULL, { DocumentType: 'Photo' }])('with one entry in place of a list has that one', (entry) => {
    expect(read({ Meta: {}, Media: entry }).items).toEqual(read({ Meta: {}, Media: [entry] }).items);
  });

  it('skips null entries', () => {
    const { items } = read({ Meta: {}, Media: [null, FULL, null, { ...FULL, FileContents: 'QUJD' }] });
    expect(items.map(({ contents }) => contents)).toMatchObject([{ length: 12 }, { length: 4 }]);
  });

  it.each([true, 'true', 'TRUE', ' True ', 1, 2, '1', 'yes', 'Y', 'incomplete', { More: 1 }, [false]])(
    'that says by %j that it is incomplete does not pass for the whole',
    (IsIncomplete) => {
      expect(() => read({ Meta: { IsIncomplete, Logs: [{ ID: 'l' }] }, Media: [{}] })).toThrow(
        expect.objectContaining({
          code: 'UPSTREAM_PROTOCOL',
          splittable: true,
          details: expect.objectContaining({ redox: { logIds: ['l'], status: 200 } }),
        }),
      );
    },
  );

  it.each([false, 'false', 'FALSE', 0, '0', '0.0', 'no', 'N', '', ' ', null, {}, []])(
    'that says by %j that it is not incomplete is read',
    (IsIncomplete) => {
      expect(read({ Meta: { IsIncomplete }, Media: [{}] }).items).toHaveLength(1);
    },
  );

  it('mutated in any way is data or a fault of the closed family, never a crash', () => {
    const original = JSON.stringify({ Meta: { Logs: [{ ID: 'l' }], Errors: [] }, Media: [FULL, {}] });
    const cut = fc.tuple(fc.nat(original.length), fc.nat(12), fc.string({ unit: 'binary', maxLength: 8 }));
    const spliced = cut.map(([at, length, put]) => original.slice(0, at) + put + original.slice(at + length));
    const names = [
      'Meta',
      'Media',
      'Patient',
      'Identifiers',
      'ID',
      'Logs',
      'Errors',
      '__proto__',
      'constructor',
    ];
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof({ depthSize: 'medium' }, fc.jsonValue(), tie('list'), tie('object')),
      list: fc.array(tie('tree'), { maxLength: 3 }),
      object: fc.dictionary(fc.constantFrom(...names), tie('tree'), { noNullPrototype: false, maxKeys: 4 }),
    }));
    const built = tree.map((value) => JSON.stringify({ Meta: {}, Media: [value] }));
    fc.assert(
      fc.property(
        fc.oneof(
          spliced,
          built,
          tree.map((value) => JSON.stringify(value)),
        ),
        (text) => {
          try {
            for (const item of readReply(text).items) {
              const { unreadable: _, ...said } = item;
              expect(Object.keys(said)).toEqual(Object.keys(SILENT_ITEM));
            }
          } catch (error) {
            if (!(error instanceof RedoxError)) throw error;
            expect(['UPSTREAM_PROTOCOL', 'UPSTREAM_REJECTED']).toContain(error.code);
          }
        },
      ),
      { numRuns: CASES },
    );
  });
});
