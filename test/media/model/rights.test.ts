/** Rights: equal ones have one key, needs beyond them are refused, items beyond them are dropped. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { itemKey } from '../../../src/media/model/item.ts';
import {
  destinationAlias,
  type IdentifierKey,
  identifierKey,
  patientKey,
} from '../../../src/media/model/keys.ts';
import { createNeed } from '../../../src/media/model/need.ts';
import {
  ALL_RIGHTS,
  callerKey,
  checkNeed,
  checkWrite,
  coveringIdentifier,
  hashRights,
  isComparable,
  patientsNamedBy,
  type Rights,
  receivable,
  rightsKeyOf,
  withReadableFiles,
} from '../../../src/media/model/rights.ts';
import type { Item } from '../../../src/redox/messages.ts';
import { CASES } from '../../support/cases.ts';
import { CountingSet } from '../../support/counting-set.ts';

const GENERAL = destinationAlias('general');
const ANNA = { id: 'SYN-1', idType: 'MR' };
const ANNA_ELSEWHERE = { id: 'e-1', idType: 'EHRID' };
const BERT = { id: 'SYN-2', idType: 'MR' };

const ofAnna: Rights = { ...ALL_RIGHTS, patients: new Set([identifierKey(ANNA)]) };
const itemOf = (...identifiers: Item['identifiers']) => ({ identifiers, contents: { kind: 'none' } }) as Item;
const check = (lists: Parameters<typeof createNeed>[1], rights: Rights, destination = 'general') =>
  checkNeed(createNeed(destinationAlias(destination), lists), rights);

describe('the key of rights', () => {
  const texts = fc.uniqueArray(fc.string({ maxLength: 6 }), { maxLength: 5 });
  const values = fc.option(texts, { nil: 'all' as const });
  const parts = fc.record({ scopes: texts, destinations: values, patients: values });
  type Lists = Record<keyof Rights, readonly string[] | 'all'>;
  const rightsOf = ({ scopes, destinations, patients }: Lists): Rights => ({
    scopes: new Set(scopes),
    destinations: destinations === 'all' ? 'all' : new Set(destinations.map(destinationAlias)),
    patients: patients === 'all' ? 'all' : new Set(patients.map((id) => identifierKey({ id, idType: '' }))),
  });
  const reverse = (list: readonly string[] | 'all') => (list === 'all' ? list : list.toReversed());

  test('is the same for equal rights, whatever the order in a token', () => {
    fc.assert(
      fc.property(parts, (one) => {
        const other = {
          scopes: one.scopes.toReversed(),
          destinations: reverse(one.destinations),
          patients: reverse(one.patients),
        };
        expect(rightsKeyOf(rightsOf(other))).toBe(rightsKeyOf(rightsOf(one)));
      }),
      { numRuns: CASES },
    );
  });

  test('is another for other rights', () => {
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        const [one, other] = [rightsOf(a), rightsOf(b)];
        fc.pre(!isEqual(one, other));
        expect(rightsKeyOf(one)).not.toBe(rightsKeyOf(other));
      }),
      { numRuns: CASES },
    );
    // What naive joining would confuse.
    const nobody = { ...ALL_RIGHTS, patients: new Set<IdentifierKey>() };
    expect(rightsKeyOf(nobody)).not.toBe(rightsKeyOf(ALL_RIGHTS));
    const lists = (scope: string[], destination: string[]): Rights => ({
      ...ALL_RIGHTS,
      scopes: new Set(scope),
      destinations: new Set(destination.map(destinationAlias)),
    });
    expect(rightsKeyOf(lists(['one'], []))).not.toBe(rightsKeyOf(lists([], ['one'])));
    const star = { ...ALL_RIGHTS, destinations: new Set([destinationAlias('*')]) };
    expect(rightsKeyOf(star)).not.toBe(rightsKeyOf(ALL_RIGHTS));
  });
});

describe('the list of patients of rights, which may be long,', () => {
  const limited = () => {
    const patients = new CountingSet([ANNA, BERT].map(identifierKey));
    return { patients, rights: { ...ALL_RIGHTS, patients } };
  };

  test('is read once for the key of the rights', () => {
    const { patients, rights } = limited();
    expect(rightsKeyOf(rights)).toBe(rightsKeyOf(rights));
    expect(patients.looks).toBe(2);
  });

  test('is read once for all needs that are compared with it', () => {
    const { patients, rights } = limited();
    const need = createNeed(GENERAL, { patients: [[BERT]] });
    expect([isComparable(need, rights), isComparable({ ...need }, { ...rights })]).toEqual([true, true]);
    expect(patients.looks).toBe(2);
  });

  test('names a patient by each of its identifiers, told once', () => {
    const { patients, rights } = limited();
    const named = patientsNamedBy(rights);
    expect(named).toEqual(new Set([patientKey([ANNA]), patientKey([BERT])]));
    expect(patientsNamedBy({ ...rights })).toBe(named);
    expect(patients.looks).toBe(2);
    expect(patientsNamedBy(ALL_RIGHTS)).toBe('all');
  });

  test('is not needed of a caller without a limit: no patient of a need is looked at', () => {
    const patients = new CountingSet([patientKey([ANNA])]);
    const need = createNeed(GENERAL, {});
    checkNeed({ ...need, box: { ...need.box, patients } }, ALL_RIGHTS);
    expect(patients.looks).toBe(0);
  });
});

function isEqual(one: Rights, other: Rights): boolean {
  const members = ({ scopes, destinations, patients }: Rights) =>
    JSON.stringify([scopes, destinations, patients].map((of) => (of === 'all' ? of : [...of].sort())));
  return members(one) === members(other);
}

describe('a need', () => {
  test('of a patient whom the rights name by one of several identifiers passes', () => {
    expect(() => check({ patients: [[ANNA]] }, ofAnna)).not.toThrow();
    expect(() => check({ patients: [[ANNA_ELSEWHERE, ANNA]] }, ofAnna)).not.toThrow();
  });

  test.each([
    ['another patient', { patients: [[BERT]] }],
    ['one more patient', { patients: [[ANNA], [BERT]] }],
    ['the same patient by an identifier that the rights do not name', { patients: [[ANNA_ELSEWHERE]] }],
    ['the ID under another type', { patients: [[{ ...ANNA, idType: 'EHRID' }]] }],
  ])('of %s is refused', (_, lists) => {
    expect(() => check(lists, ofAnna)).toThrow(expect.objectContaining({ code: 'FORBIDDEN' }));
  });

  test('that names no patient passes', () => {
    expect(() => check({ visitNumbers: ['V-1'] }, ofAnna)).not.toThrow();
    expect(() => check({ documentIds: ['doc-1'] }, ofAnna)).not.toThrow();
  });

  test('of another destination, or without the scope, is refused', () => {
    const general: Rights = { ...ALL_RIGHTS, destinations: new Set([GENERAL]) };
    expect(() => check({ patients: [[BERT]] }, general)).not.toThrow();
    expect(() => check({ patients: [[BERT]] }, general, 'county')).toThrow();
    const writer: Rights = { ...ALL_RIGHTS, scopes: new Set(['media:write', 'content:read']) };
    expect(() => check({ patients: [[BERT]] }, writer)).toThrow();
  });
});

test('callers have one key when all of their names are equal', () => {
  const caller = { subject: 's', clientId: 'c', token: null };
  const keys = [
    caller,
    { ...caller, subject: null },
    { ...caller, clientId: null },
    { ...caller, token: 't' },
    { subject: 'c', clientId: 's', token: null },
  ].map(callerKey);
  expect(new Set(keys).size).toBe(keys.length);
  expect(callerKey({ ...caller })).toBe(keys[0]);
});

test('the identifier by which limited rights cover a patient, where there is one', () => {
  expect(coveringIdentifier(ofAnna, [ANNA_ELSEWHERE, ANNA])).toBe(ANNA);
  expect(coveringIdentifier(ofAnna, [ANNA_ELSEWHERE, BERT])).toBeUndefined();
  expect(coveringIdentifier(ALL_RIGHTS, [ANNA])).toBeUndefined();
});

test('rights of thousands of patients have a short hash, equal for equal ones', () => {
  expect(hashRights(ofAnna)).toMatch(/^[\w-]{43}$/);
  expect(hashRights({ ...ofAnna })).toBe(hashRights(ofAnna));
  expect(hashRights(ALL_RIGHTS)).not.toBe(hashRights(ofAnna));
});

describe('a write', () => {
  const write = (identifiers: Item['identifiers'], rights: Rights, destination = 'general') =>
    checkWrite(destinationAlias(destination), identifiers, rights);
  const ofGeneral: Rights = { ...ALL_RIGHTS, destinations: new Set([GENERAL]) };

  test('within the rights passes', () => {
    expect(() => write([ANNA, BERT], ALL_RIGHTS)).not.toThrow();
    expect(() => write([ANNA], ofAnna)).not.toThrow();
    expect(() => write([ANNA], ofGeneral)).not.toThrow();
  });

  test('about a patient one of whose identifiers is not in the rights is refused: it may be filed under either', () => {
    expect(() => write([ANNA, BERT], ofAnna)).toThrow();
    expect(() => write([BERT], ofAnna)).toThrow();
  });

  test('to another destination, or without the scope, is refused', () => {
    expect(() => write([ANNA], ofGeneral, 'county')).toThrow();
    const reader: Rights = { ...ALL_RIGHTS, scopes: new Set(['media:read', 'content:read']) };
    expect(() => write([ANNA], reader)).toThrow();
  });
});

describe('a need and rights', () => {
  const comparable = (patients: Item['identifiers'][], rights: Rights) =>
    isComparable(createNeed(GENERAL, { patients }), rights);

  test('are comparable where the rights name patients by a type of each of its patients', () => {
    expect(comparable([[BERT]], ofAnna)).toBe(true);
    expect(comparable([[ANNA_ELSEWHERE]], ofAnna)).toBe(false);
    expect(comparable([[ANNA_ELSEWHERE, BERT]], ofAnna)).toBe(true);
    expect(comparable([[BERT], [ANNA_ELSEWHERE]], ofAnna)).toBe(false);
    const both: Rights = { ...ofAnna, patients: new Set([ANNA, ANNA_ELSEWHERE].map(identifierKey)) };
    expect(comparable([[BERT], [ANNA_ELSEWHERE]], both)).toBe(true);
  });

  test('are comparable where one of them has no limit', () => {
    expect(comparable([[ANNA_ELSEWHERE]], ALL_RIGHTS)).toBe(true);
    expect(isComparable(createNeed(GENERAL, { visitNumbers: ['V'] }), ofAnna)).toBe(true);
  });
});

test('a need reads files only where the rights have content:read', () => {
  const reader: Rights = { ...ALL_RIGHTS, scopes: new Set(['media:read']) };
  for (const files of ['skip', 'digest'] as const) {
    const need = createNeed(GENERAL, { visitNumbers: ['V'] }, files);
    expect(withReadableFiles(need, ALL_RIGHTS)).toBe(need);
    expect(withReadableFiles(need, reader)).toEqual({ ...need, files: 'skip' });
  }
  const skipping = createNeed(GENERAL, { visitNumbers: ['V'] }, 'skip');
  expect(withReadableFiles(skipping, reader)).toBe(skipping);
});

describe('items of an answer', () => {
  const byVisit = createNeed(GENERAL, { visitNumbers: ['V-1'] });
  const byPatient = createNeed(GENERAL, { patients: [[ANNA]] });
  const annas = itemOf(ANNA_ELSEWHERE, ANNA);
  const berts = itemOf(BERT);
  const nobodys = itemOf();

  test('are those of the patients in the rights', () => {
    expect(receivable([annas, berts, nobodys], byVisit, ofAnna)).toEqual([annas]);
    expect(receivable([annas, berts, nobodys], byVisit, ALL_RIGHTS)).toEqual([annas, berts, nobodys]);
  });

  test('that name no patient belong to the one the need asked for, where it asked for one', () => {
    expect(receivable([annas, nobodys], byPatient, ofAnna)).toEqual([annas, nobodys]);
  });

  test('leave without their files where the rights lack content:read, and are the same documents', () => {
    const file = {
      statedType: null,
      isUtf8: true,
      byteLength: 6,
      sha256: '',
      checkpoints: [],
      head: Buffer.from('secret'),
      blocks: null,
    };
    const contents = { kind: 'inline', length: 8, checksum: '7', file } as const;
    const item: Item = { ...annas, contents };
    const reader: Rights = { ...ofAnna, scopes: new Set(['media:read']) };
    const [received] = receivable([item], byPatient, reader);
    expect(received?.contents).toEqual({ kind: 'inline', length: 8, checksum: '7', file: 'skipped' });
    expect(received && itemKey(received)).toBe(itemKey(item));
    expect(receivable([item], byPatient, ofAnna)).toEqual([item]);
    const referred: Item = { ...annas, contents: { kind: 'none' } };
    expect(receivable([referred], byPatient, reader)).toEqual([referred]);
  });

  test('are checked even where the need was: the last gate trusts no check before it', () => {
    expect(receivable([annas, berts], byPatient, ofAnna)).toEqual([annas]);
  });
});
