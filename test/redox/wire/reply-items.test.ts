/** What is read of one document in a reply. */
import { hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { SILENT_ITEM } from '../../support/silent-item.ts';
import { readReply } from '../reply/read-reply.ts';
import { FULL, PDF, read } from './read-message.ts';

const readItem = (entry: unknown) => read({ Meta: {}, Media: [entry] }).items[0];

describe('an item', () => {
  it('is read whole, numbers as text, unknown members ignored', () => {
    expect(readItem(FULL)).toEqual({
      identifiers: [
        { id: 'SYN-000417', idType: 'MR' },
        { id: '55031', idType: 'EHRID' },
      ],
      visitNumber: '42',
      documentId: '8841',
      documentType: 'Consent Form',
      documentDescription: null,
      fileType: 'PDF',
      fileName: 'consent-scan',
      creationDateTime: '2026-02-11T09:02:00.000Z',
      serviceDateTime: '2026-02-11',
      contents: {
        kind: 'inline',
        length: 12,
        checksum: String(crc32('JVBERi0xLjQK')),
        file: {
          statedType: null,
          isUtf8: true,
          byteLength: 9,
          sha256: hash('sha256', PDF),
          checkpoints: [],
          head: PDF,
          blocks: [PDF],
        },
      },
    });
  });

  it.each([
    ['{}', {}],
    ['null members', Object.fromEntries(Object.keys(FULL).map((name) => [name, null]))],
    ['empty objects', { Patient: {}, Visit: {} }],
    ['a null list', { Patient: { Identifiers: null }, Visit: { VisitNumber: null } }],
    ['other kinds', { DocumentType: {}, DocumentID: [], FileType: {}, FileContents: 5 }],
    ['an empty patient list', { Patient: [] }],
    ['a patient without identifiers', { Patient: { Identifiers: [], Demographics: { FirstName: 'Ann' } } }],
    ['blank keys', { Visit: { VisitNumber: '' }, DocumentID: '', FileContents: '' }],
    ['keys of the prototype', JSON.parse('{"__proto__":{"DocumentID":"x"},"constructor":1}')],
  ])('of %s is empty', (_, entry) => {
    expect(readItem(entry)).toEqual(SILENT_ITEM);
  });

  it.each([
    '9007199254740993',
    '-9007199254740993',
    '12345678901234567890123456789',
    '12.50',
    '1.0',
    '1e3',
    '1E+400',
    '-0',
    '0.1',
    '417',
  ])('reads the number %s as it is written, wherever text is expected', (number) => {
    const names = ['DocumentType', 'DocumentDescription', 'FileType', 'FileName', 'CreationDateTime'];
    const entry = `{"Patient":{"Identifiers":[{"ID": ${number},"IDType":${number}}]},
      "Visit":{"VisitNumber":${number}},"DocumentID"\n:\t${number},"ServiceDateTime":${number},
      ${names.map((name) => `"${name}":${number}`).join(',')}}`;
    const { items, logIds } = readReply(`{"Meta":{"Logs":[{"ID":${number}}]},"Media":[${entry}]}`);
    const text = { visitNumber: number, documentId: number, serviceDateTime: number, fileType: number };
    expect(items).toMatchObject([{ identifiers: [{ id: number, idType: number }], ...text }]);
    expect(items).toMatchObject([{ documentType: number, fileName: number, creationDateTime: number }]);
    expect(items).toMatchObject([{ documentDescription: number, contents: { kind: 'none' } }]);
    expect(logIds).toEqual(/^[\w-]+$/.test(number) ? [number] : []);
  });

  it('whose contents are a number has none, and no other item’s', () => {
    const files = ['Zmlyc3Q=', 'c2Vjb25k'].map((contents) => `{"FileContents":"${contents}"}`);
    for (const number of ['1', '1.0', '10e-1', '9007199254740993']) {
      const { items } = readReply(`{"Meta":{},"Media":[${files},{"FileContents":${number}}]}`);
      expect(items[2]?.contents).toEqual({ kind: 'none' });
    }
  });

  it('keeps blank text that identifies nothing', () => {
    expect(readItem({ FileName: '', DocumentType: ' ' })).toMatchObject({ fileName: '', documentType: ' ' });
  });

  it('skips identifiers that lack an ID or a type', () => {
    const Identifiers = [
      { ID: '1' },
      { IDType: 'MR' },
      { ID: null, IDType: 'MR' },
      { ID: '2', IDType: '' },
      'x',
      null,
      { ID: '3', IDType: 'MR' },
    ];
    expect(readItem({ Patient: { Identifiers } })?.identifiers).toEqual([{ id: '3', idType: 'MR' }]);
  });

  it.each([
    [['visitNumber'], { Visit: 'V-1' }],
    [['visitNumber'], { Visit: ['V-1'] }],
    [['visitNumber'], { Visit: 7 }],
    [['visitNumber'], { Visit: { VisitNumber: ['V-1'] } }],
    [['visitNumber'], { Visit: { VisitNumber: { ID: 'V-1' } } }],
    [['documentType', 'documentId'], { DocumentType: { Code: 'x' }, DocumentID: true }],
    [undefined, { Visit: '', DocumentType: ' ', DocumentID: '' }],
    [undefined, { Visit: {}, DocumentType: [], DocumentID: {} }],
  ])('says %j of what is there but cannot be read, in %j', (unreadable, entry) => {
    expect(readItem(entry)).toMatchObject({ visitNumber: null, documentId: null });
    expect(readItem(entry)?.unreadable).toEqual(unreadable);
  });

  it.each([
    [{ Identifiers: [{ ID: 'SYN-2', IDType: null }] }],
    [{ Identifiers: [{ ID: 'SYN-2' }] }],
    [{ Identifiers: [{ ID: '', IDType: 'MR' }] }],
    [{ Identifiers: [{ ID: ' ', IDType: 'MR' }] }],
    [{ Identifiers: [{ Value: 'SYN-2', IDType: 'MR' }] }],
    [{ Identifiers: [{ ID: { Value: 'SYN-2' }, IDType: 'MR' }] }],
    [{ Identifiers: { ID: 'SYN-2', IDType: 'MR' } }],
    [{ Identifiers: 'SYN-2' }],
    [{ Identifiers: ['SYN-2'] }],
    [{ Identifiers: [null] }],
    [[{ Identifiers: [{ ID: 'SYN-2', IDType: 'MR' }] }]],
    ['SYN-2'],
    [7],
  ])('of the patient %j is no patient’s', (Patient) => {
    const reply = read({ Meta: {}, Media: [{ ...FULL, Patient }, FULL] });
    expect(reply).toMatchObject({ unreadable: 1, items: [{ documentId: '8841' }] });
  });

  it('has no number that is blank: no caller could ask for it', () => {
    const blank = readItem({ Visit: { VisitNumber: ' ' }, DocumentID: '\t', DocumentType: ' ' });
    expect(blank).toMatchObject({ visitNumber: null, documentId: null, documentType: ' ' });
  });

  it.each(['https://blob.redoxengine.com/1', 'HTTP://x', 'urn:uuid:1'])(
    'with %s for contents has a reference',
    (uri) => {
      expect(readItem({ FileContents: uri })?.contents).toEqual({ kind: 'reference', uri });
    },
  );

  it.each([
    'SGFsbG8=',
    'placeholder text',
    '5:x',
    ' https://x',
    'file:///etc/passwd',
    'data:,x',
    'Impression: none',
  ])('with %s for contents has it inline', (text) => {
    expect(readItem({ FileContents: text })?.contents).toMatchObject({
      kind: 'inline',
      length: text.length,
    });
  });
});

describe('documents that follow each other', () => {
  const entryOf = (...ids: readonly string[]) => ({
    Patient: { Identifiers: ids.map((ID) => ({ ID, IDType: ID.slice(0, 3) })) },
  });
  const listsOf = (...entries: readonly object[]) =>
    read({ Meta: {}, Media: entries }).items.map(({ identifiers }) => identifiers);

  it('share one list of identifiers where they state the same of their patient', () => {
    const [first, second] = listsOf(entryOf('SYN-1', 'EHR-1'), entryOf('SYN-1', 'EHR-1'));
    expect(first).toHaveLength(2);
    expect(second).toBe(first);
  });

  it.each([
    ['another ID', ['SYN-2', 'EHR-1']],
    ['another order', ['EHR-1', 'SYN-1']],
    ['one less', ['SYN-1']],
    ['one more', ['SYN-1', 'EHR-1', 'EHR-2']],
  ])('have lists of their own: %s', (_, ids) => {
    const [first, second] = listsOf(entryOf('SYN-1', 'EHR-1'), entryOf(...ids));
    expect(second).not.toBe(first);
    expect(second?.map(({ id }) => id)).toEqual(ids);
  });

  it('share none with one that names no patient', () => {
    expect(listsOf(entryOf('SYN-1'), {}, entryOf('SYN-1')).map(({ length }) => length)).toEqual([1, 0, 1]);
  });
});
