/** Every field of every type, for every patient of the seeded charts, against the charts themselves. */
import { hash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BLOB_URI, PLACEHOLDER_CONTENTS } from '../../sandbox/charts/edge-patients.ts';
import { SEEDED_CHARTS, SEEDED_PATIENTS } from '../../sandbox/charts/seeded-charts.ts';
import type { ChartDocument } from '../../sandbox/sandbox.ts';
import { documentsOf, PLAIN_FIELDS, plainFieldsOf, visitsNewestFirst } from '../support/expected-media.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { askWell, inputOf } from '../support/own-chart.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());

const DESTINATIONS = ['general', 'county'] as const;

const patientsOf = (destination: string) =>
  SEEDED_PATIENTS.filter((patient) => patient.destination === destination);

/** One answer for all patients of a destination, asked by their last identifier. */
async function askPatients<T>(destination: string, selection: string): Promise<T[]> {
  const { patients } = await askWell<{ patients: T[] }>(
    gateway,
    `query ($patients: [PatientInput!]!, $destination: ID) {
      patients(patients: $patients, destination: $destination) { ${selection} } }`,
    {
      destination,
      patients: patientsOf(destination).map((one) => ({ identifiers: inputOf(one.identifiers.slice(-1)) })),
    },
  );
  return patients;
}

const byJson = (a: unknown, b: unknown) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

describe.each(DESTINATIONS)('in %s', (destination) => {
  test('every patient has their own documents, each with all that the chart says', async () => {
    const answers = await askPatients<{ media: { totalCount: number; nodes: unknown[] } }>(
      destination,
      `media { totalCount nodes { __typename ${PLAIN_FIELDS} visit { visitNumber } patient { identifier { value } } } }`,
    );
    const expected = patientsOf(destination).map(({ documents, identifiers }) =>
      documents
        .map((document) => ({
          __typename: 'Media',
          ...plainFieldsOf(document),
          visit: document.visitNumber ? { visitNumber: document.visitNumber } : null,
          patient: { identifier: { value: identifiers.at(-1)?.id } },
        }))
        .sort(byJson),
    );
    expect(answers.map(({ media }) => media.nodes.sort(byJson))).toEqual(expected);
    expect(answers.map(({ media }) => media.totalCount)).toEqual(expected.map(({ length }) => length));
  });

  test('every patient has the identifiers asked by first, then all that are reported', async () => {
    const answers = await askPatients<{ identifiers: unknown[]; identifier: unknown; destination: string }>(
      destination,
      'destination identifier { value idType } identifiers { value idType }',
    );
    const expected = patientsOf(destination).map(({ identifiers, documents }) => {
      const asked = identifiers.slice(-1);
      const reported = documents.length > 0 ? identifiers.slice(0, -1) : [];
      const [identifier] = inputOf(asked);
      return { destination, identifier, identifiers: inputOf([...asked, ...reported]) };
    });
    expect(answers).toEqual(expected);
  });

  test('every patient has the visits of their documents, newest service first', async () => {
    const answers = await askPatients<{ visits: { visitNumber: string }[] }>(
      destination,
      'visits { __typename destination visitNumber }',
    );
    const expected = patientsOf(destination).map(({ documents }) => ({
      visits: visitsNewestFirst(documents).map((visitNumber) => ({
        __typename: 'Visit',
        destination,
        visitNumber,
      })),
    }));
    expect(answers).toEqual(expected);
  });

  test('every visit reached through its patient has that patient and only their documents', async () => {
    type Answer = { visits: { visitNumber: string; media: { nodes: { documentType: string | null }[] } }[] };
    const answers = await askPatients<Answer>(
      destination,
      `visits { visitNumber patient { identifier { value } }
        media { nodes { documentType fileName visit { visitNumber } } } }`,
    );
    const expected = patientsOf(destination).map(({ documents, identifiers }) => ({
      visits: visitsNewestFirst(documents).map((visitNumber) => ({
        visitNumber,
        patient: { identifier: { value: identifiers.at(-1)?.id } },
        media: {
          nodes: documents
            .filter((document) => document.visitNumber === visitNumber)
            .map(({ documentType, fileName }) => ({
              documentType: documentType ?? null,
              fileName: fileName ?? null,
              visit: { visitNumber },
            }))
            .sort(byJson),
        },
      })),
    }));
    for (const { visits } of answers) for (const { media } of visits) media.nodes.sort(byJson);
    expect(answers).toEqual(expected);
  });
});

/** What the chart's own bytes say, by node's tolerant decoder: fit for charts that hold base64 for sure. */
function contentOf({ fileContents, fileType }: ChartDocument) {
  if (!fileContents || [PLACEHOLDER_CONTENTS, BLOB_URI].includes(fileContents)) return null;
  const bytes = Buffer.from(fileContents, 'base64');
  return {
    mediaType: mediaTypeOf(fileType, bytes),
    byteLength: bytes.length,
    sha256: hash('sha256', bytes),
    base64: bytes.toString('base64'),
  };
}

const BY_LABEL: Readonly<Record<string, unknown>> = {
  JPG: 'image/jpeg',
  PNG: 'image/png',
  PDF: 'application/pdf',
  TXT: 'text/plain',
  TEXT: 'text/plain',
  MP3: 'audio/mpeg',
  MP4: 'video/mp4',
  TIFF: 'image/tiff',
  DCM: 'application/dicom',
  RTF: expect.stringMatching(/^(?:text|application)\/rtf$/),
  XML: expect.stringMatching(/^(?:text|application)\/xml$/),
  'application/pdf': 'application/pdf',
};

function mediaTypeOf(fileType: string | null | undefined, bytes: Buffer): unknown {
  const start = bytes.toString('latin1', 0, 8);
  if (fileType === 'WAV' || (!fileType && start.startsWith('RIFF')))
    return expect.stringMatching(/^audio\/.*wav/);
  if (fileType) return BY_LABEL[fileType];
  if (start.startsWith('\u00ff\u00d8')) return 'image/jpeg';
  if (start.startsWith('\u0089PNG')) return 'image/png';
  if (start.startsWith('ID3')) return 'audio/mpeg';
  return start.startsWith('%PDF') ? 'application/pdf' : 'text/plain';
}

describe.each(DESTINATIONS)('every file of %s', (destination) => {
  test('has its media type, length, digest and bytes; what is no file is an error or null', async () => {
    type Node = { documentId: string | null; content: unknown; contentReference: string | null };
    const patients = patientsOf(destination).map((one) => ({
      identifiers: inputOf(one.identifiers.slice(0, 1)),
    }));
    const { data, errors } = await gateway.ask<{ mediaSearch: { nodes: Node[] } }>(
      `query ($filter: MediaSearchFilter!, $destination: ID) { mediaSearch(filter: $filter, destination: $destination, first: 1000) {
        nodes { fileType documentId contentReference content { mediaType byteLength sha256 base64 } } } }`,
      { filter: { patients }, destination },
    );
    const expected = SEEDED_CHARTS.filter((document) => document.destination === destination).map(
      (document) => ({
        fileType: document.fileType ?? null,
        documentId: document.documentId ?? null,
        contentReference: document.fileContents === BLOB_URI ? BLOB_URI : null,
        content: contentOf(document),
      }),
    );
    const nodes = data?.mediaSearch.nodes ?? [];
    const byFile = (a: { content: unknown }, b: { content: unknown }) => byJson(digestOf(a), digestOf(b));
    expect([...nodes].sort(byFile)).toEqual(expected.sort(byFile));
    const undecodable = documentsOf(SEEDED_CHARTS, destination, 'SYN-000902').some(
      ({ fileContents }) => fileContents === PLACEHOLDER_CONTENTS,
    );
    expect(errors.map(({ extensions, path }) => [extensions.code, path?.at(-1)])).toEqual(
      undecodable ? [['CONTENT_UNDECODABLE', 'content']] : [],
    );
  });
});

function digestOf(node: object): unknown[] {
  const { content, documentId } = node as { content: { sha256: string } | null; documentId: string | null };
  return [documentId, content?.sha256 ?? null];
}
