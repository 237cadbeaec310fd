/** What an item leaves unsaid is settled by its call, but only where the item is one that the call asked for. */
import { expect, test } from 'vitest';
import { matchItem } from '../../../src/media/matching/match.ts';
import { createNeed, type NeedLists } from '../../../src/media/model/need.ts';
import type { Item } from '../../../src/redox/messages.ts';

const SILENT: Item = {
  identifiers: [],
  visitNumber: null,
  documentId: null,
  documentType: null,
  documentDescription: null,
  fileType: null,
  fileName: null,
  creationDateTime: null,
  serviceDateTime: null,
  contents: { kind: 'none' },
};
const mr = (id: string) => ({ id, idType: 'MR' });
const boxOf = (lists: NeedLists) => createNeed('general', lists).box;

test('a call vouches for what its own items leave unsaid', () => {
  const box = boxOf({ visitNumbers: ['V-1'], documentIds: ['D-1'] });
  expect(matchItem({ ...SILENT, documentId: 'D-1' }, box, box)).toBe('yes');
  expect(matchItem(SILENT, box, box)).toBe('yes');
});

test('a stray document without a visit is in no visit, though another call of the need asked for it', () => {
  const asked = boxOf({ visitNumbers: ['V-1'], documentIds: ['D-1', 'D-2'] });
  const claim = boxOf({ visitNumbers: ['V-1'], documentIds: ['D-1'] });
  expect(matchItem({ ...SILENT, documentId: 'D-2' }, asked, claim)).toBe('no');
});

test('a stray document of another patient of the need is not given a document id by a call for one of them', () => {
  const asked = boxOf({ patients: [[mr('P-1')], [mr('P-2')]], documentIds: ['D-1'] });
  const claim = boxOf({ patients: [[mr('P-1')]], documentIds: ['D-1'] });
  expect(matchItem({ ...SILENT, identifiers: [mr('P-2')] }, asked, claim)).toBe('no');
  expect(matchItem({ ...SILENT, identifiers: [mr('P-1')] }, asked, claim)).toBe('yes');
});

test('a stray document of another visit or type of the need is not given a patient by a call for one of them', () => {
  const visits = boxOf({ patients: [[mr('P-1')]], visitNumbers: ['V-1', 'V-2'] });
  const oneVisit = boxOf({ patients: [[mr('P-1')]], visitNumbers: ['V-1'] });
  expect(matchItem({ ...SILENT, visitNumber: 'V-2' }, visits, oneVisit)).toBe('no');
  const types = boxOf({ patients: [[mr('P-1')]], documentTypes: ['Photo', 'Scan'] });
  const oneType = boxOf({ patients: [[mr('P-1')]], documentTypes: ['Photo'] });
  expect(matchItem({ ...SILENT, documentType: 'Scan' }, types, oneType)).toBe('no');
});
