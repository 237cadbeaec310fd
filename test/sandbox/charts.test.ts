/** The seeded charts hold everything odd that the gateway must survive, the same on every start. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  AMBIGUOUS_VISIT,
  BLOB_URI,
  PLACEHOLDER_CONTENTS,
  VISIT_IN_BOTH,
} from '../../sandbox/charts/edge-patients.ts';
import { SEEDED_CHARTS, SEEDED_PATIENTS } from '../../sandbox/charts/seeded-charts.ts';
import { type ChartDocument, type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { byIdentifiers, documentIds, getToken, member, queryMedia } from './client.ts';

let sandbox: Sandbox;
let token: string;
beforeAll(async () => {
  sandbox = await startSandbox();
  token = await getToken(sandbox);
});
afterAll(() => sandbox.close());

const some = (predicate: (document: ChartDocument) => boolean) => SEEDED_CHARTS.filter(predicate).length;
const patientKey = (document: ChartDocument) => JSON.stringify([document.destination, document.identifiers]);

describe('the seeded charts', () => {
  it('are what a sandbox has by default, the same bytes each time', () => {
    expect(sandbox.charts).toBe(SEEDED_CHARTS);
    const digest = createHash('sha256').update(JSON.stringify(SEEDED_CHARTS)).digest('hex');
    expect(digest).toBe('cd0f3adad2448e586c2596915903c1b133b729c637751a59cdae03b01143488c');
  });

  it('have enough patients, visits and documents in both destinations', () => {
    expect(SEEDED_PATIENTS.length).toBeGreaterThanOrEqual(40);
    for (const destination of ['general', 'county']) {
      expect(SEEDED_PATIENTS.filter((one) => one.destination === destination).length).toBeGreaterThan(10);
    }
    for (const { visitNumbers, documents, identifiers } of SEEDED_PATIENTS) {
      expect(visitNumbers.length).toBeGreaterThanOrEqual(1);
      expect(visitNumbers.length).toBeLessThanOrEqual(6);
      expect(documents.length).toBeLessThanOrEqual(30);
      expect(identifiers.length).toBeGreaterThanOrEqual(2);
    }
    expect(SEEDED_PATIENTS.filter(({ documents }) => documents.length === 0)).toHaveLength(2);
    expect(SEEDED_PATIENTS.filter(({ documents }) => documents.length === 30).length).toBeGreaterThanOrEqual(
      2,
    );
    expect(new Set(SEEDED_PATIENTS.flatMap((one) => one.visitNumbers.length))).toEqual(
      new Set([1, 2, 3, 4, 5, 6]),
    );
  });

  it('name every patient by identifiers of their own', () => {
    const names = SEEDED_PATIENTS.flatMap(({ destination, identifiers }) =>
      identifiers.map(({ id, idType }) => `${destination} ${idType} ${id}`),
    );
    expect(new Set(names).size).toBe(names.length);
    const types = SEEDED_PATIENTS.flatMap(({ identifiers }) => identifiers.map(({ idType }) => idType));
    expect(new Set(types)).toEqual(new Set(['MR', 'EHRID', 'PORTAL']));
  });

  it('use a DocumentID once in a destination, but for one pair of versions', () => {
    const byId = Map.groupBy(
      SEEDED_CHARTS.filter(({ documentId }) => documentId != null),
      ({ destination, documentId }) => `${destination} ${documentId}`,
    );
    const repeated = [...byId.values()].filter((documents) => documents.length > 1);
    expect(repeated).toHaveLength(1);
    const [first, second] = repeated[0] ?? [];
    expect(first?.documentId).toBe('doc-8704');
    expect(first?.identifiers).toEqual(second?.identifiers);
    expect(first?.fileContents).not.toBe(second?.fileContents);
  });

  it('share a visit number between two patients once, and between the destinations once', () => {
    const byVisit = Map.groupBy(
      SEEDED_CHARTS.filter(({ visitNumber }) => visitNumber != null),
      ({ visitNumber }) => visitNumber,
    );
    const shared = [...byVisit].filter(([, documents]) => new Set(documents.map(patientKey)).size > 1);
    expect(shared.map(([visit]) => visit).sort()).toEqual([AMBIGUOUS_VISIT, VISIT_IN_BOTH]);
    const destinationsOf = (visit: string) => byVisit.get(visit)?.map(({ destination }) => destination);
    expect(destinationsOf(AMBIGUOUS_VISIT)).toEqual(['general', 'general']);
    expect(destinationsOf(VISIT_IN_BOTH)).toEqual(['general', 'county']);
  });

  const contents: [string, (document: ChartDocument) => boolean][] = [
    ['no Visit', ({ visitNumber }) => visitNumber === undefined],
    ['a null VisitNumber', ({ visitNumber }) => visitNumber === null],
    ['no DocumentID', ({ documentId }) => documentId === undefined],
    ['a null DocumentID', ({ documentId }) => documentId === null],
    ['null contents', ({ fileContents }) => fileContents === null],
    ['no contents', ({ fileContents }) => fileContents === undefined],
    ['empty contents', ({ fileContents }) => fileContents === ''],
    ['a placeholder', ({ fileContents }) => fileContents === PLACEHOLDER_CONTENTS],
    ['a blob reference', ({ fileContents }) => fileContents === BLOB_URI],
    ['broken lines', ({ fileContents }) => /^(.{60}\n)+.{1,60}\n$/.test(fileContents ?? '')],
    ['a MIME type for FileType', ({ fileType }) => fileType === 'application/pdf'],
    [
      'a null FileType with contents',
      ({ fileType, fileContents }) => fileType === null && fileContents != null,
    ],
    ['a null DocumentType', ({ documentType }) => documentType === null],
    ['a date without time', ({ serviceDateTime }) => /^\d{4}-\d\d-\d\d$/.test(serviceDateTime ?? '')],
    ['a date with offset', ({ serviceDateTime }) => /T.*-04:00$/.test(serviceDateTime ?? '')],
    ['no date', ({ serviceDateTime }) => serviceDateTime === undefined],
    ['a null date', ({ creationDateTime }) => creationDateTime === null],
  ];
  it.each(contents)('have a document with %s', (_name, predicate) => {
    expect(some(predicate)).toBeGreaterThan(0);
  });

  it('have all document types and all file types', () => {
    const types = new Set(SEEDED_CHARTS.map(({ documentType }) => documentType));
    for (const type of ['Photo', 'Consent Form', 'Treatment Plan', 'Voice Memo', 'Wound Photo'])
      expect(types).toContain(type);
    expect(types).toContain('Discharge Instructions');
    const labels = new Set(SEEDED_CHARTS.map(({ fileType }) => fileType));
    for (const label of ['PDF', 'JPG', 'PNG', 'WAV', 'TXT', 'TEXT', null]) expect(labels).toContain(label);
  });

  it('have only dates that parse', () => {
    for (const { creationDateTime, serviceDateTime } of SEEDED_CHARTS) {
      for (const date of [creationDateTime, serviceDateTime]) {
        if (date != null) expect(Date.parse(date)).toBeGreaterThan(Date.UTC(2024, 11, 31));
      }
    }
  });
});

describe('over HTTP', () => {
  it('the first patient has eight documents of five kinds in three visits, by any identifier', async () => {
    for (const pair of [
      ['MR', 'SYN-000417'],
      ['EHRID', 'e-55031'],
      ['PORTAL', 'portal-0417'],
    ] as const) {
      const items = await queryMedia(sandbox, token, 'general', { Patients: [byIdentifiers(pair)] });
      expect(documentIds(items)).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((last) => `doc-884${last}`));
      const fileTypes = items.map((item) => member(item, 'FileType'));
      expect(new Set(fileTypes)).toEqual(new Set(['PDF', 'JPG', 'TXT', 'PNG', 'WAV']));
      const visits = items.map((item) => JSON.stringify(member(item, 'Visit')));
      expect(new Set(visits).size).toBe(3);
    }
  });

  it('every patient has exactly the documents of the chart', async () => {
    for (const { destination, identifiers, documents } of SEEDED_PATIENTS) {
      const pairs = identifiers.map(({ id, idType }) => [idType, id] as const);
      const items = await queryMedia(sandbox, token, destination, { Patients: [byIdentifiers(...pairs)] });
      expect(items.map((item) => member(item, 'FileContents'))).toEqual(
        documents.map((one) => one.fileContents),
      );
    }
  });
});
