/** Saving, replacing and deleting, end to end: what is written is found, what is replaced or deleted is gone. */
import { hash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { someBytes } from '../http/content/links.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { chartDocument } from '../support/own-chart.ts';
import { DELETE, deletion, REPLACE, SAVE, saving } from './inputs.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ charts: [chartDocument('a', { documentId: 'old' })] });
});
afterAll(() => gateway.close());

const OF_A =
  '{ patient(identifiers: { value: "SYN-a", idType: "MR" }) { media { nodes { documentId documentType content { base64 } } } } }';

async function documentsOfA() {
  const { data } = await gateway.ask<{ patient: { media: { nodes: { documentId: string }[] } } }>(OF_A);
  return data?.patient.media.nodes.map(({ documentId }) => documentId).toSorted();
}

const lastMessage = () => gateway.redox.calls.at(-1)?.query as Record<string, Record<string, unknown>>;

test('save, query, replace, query, delete, query', async () => {
  const saved = await gateway.ask(SAVE, { input: saving('a', { documentId: 'new' }) });
  expect(saved.errors).toEqual([]);
  expect(saved.data).toEqual({
    saveMedia: {
      accepted: true,
      redoxLogIds: [expect.stringMatching(/^[\w-]{36}$/)],
      clientMutationId: null,
      media: { documentId: 'new', documentType: 'Consent Form', patient: { identifier: { value: 'SYN-a' } } },
    },
  });
  expect(await documentsOfA()).toEqual(['new', 'old']);
  const replacement = { ...saving('a', { documentId: 'newer' }), originalDocumentId: 'new' };
  expect((await gateway.ask(REPLACE, { input: replacement })).errors).toEqual([]);
  expect(await documentsOfA()).toEqual(['newer', 'old']);
  const deleted = await gateway.ask(DELETE, { input: deletion('a', { documentId: 'newer' }) });
  expect(deleted.data).toMatchObject({ deleteMedia: { accepted: true, media: null } });
  expect(await documentsOfA()).toEqual(['old']);
});

test('costs one call, and one more only when fields of the document are selected', async () => {
  const plain = 'mutation ($input: SaveMediaInput!) { saveMedia(input: $input) { accepted redoxLogIds } }';
  const calls = await gateway.countCalls(() =>
    gateway.ask(plain, { input: saving('b', { documentId: 'b-1' }) }),
  );
  expect(calls).toBe(1);
  const more = await gateway.countCalls(() =>
    gateway.ask(SAVE, { input: saving('b', { documentId: 'b-1' }) }),
  );
  expect(more).toBe(2);
});

test("the whole tree goes to Redox in Redox's names", async () => {
  const address = { streetAddress: 's', city: 'c', state: 'st', zip: 'z', county: 'co', country: 'cy' };
  const person = { id: '1', idType: 'NPI', firstName: 'f', lastName: 'l', credentials: ['MD'], address };
  const input = saving('c', {
    documentId: 'c-1',
    patient: {
      identifiers: [{ value: 'SYN-c', idType: 'MR' }],
      demographics: { firstName: 'Synthetic', dob: '1990-01-02', ssn: 's', isHispanic: false, address },
      notes: ['n'],
    },
    visit: { visitNumber: 'V-1', accountNumber: 'A-1', location: { type: 'Inpatient', bed: '2' } },
    availability: 'UNAVAILABLE',
    authenticated: true,
    provider: { ...person, location: { facilityIdentifiers: [{ value: 'i', idType: 't' }] } },
    authenticator: { lastName: 'only' },
    notifications: [person],
    orders: [{ id: 'o', name: 'n' }],
    directAddressFrom: 'a@direct.example',
    directAddressTo: 'b@direct.example',
    creationDateTime: '2026-02-11T09:02:00.000Z',
    serviceDateTime: '2026-02-11',
    documentDescription: 'd',
  });
  expect(
    (await gateway.ask(SAVE.replace('media {', 'x: __typename m: media @skip(if: true) {'), { input }))
      .errors,
  ).toEqual([]);
  const redoxAddress = { StreetAddress: 's', City: 'c', State: 'st', ZIP: 'z', County: 'co', Country: 'cy' };
  const redoxPerson = {
    ID: '1',
    IDType: 'NPI',
    FirstName: 'f',
    LastName: 'l',
    Credentials: ['MD'],
    Address: redoxAddress,
  };
  expect(lastMessage()).toEqual({
    Meta: {
      DataModel: 'Media',
      EventType: 'New',
      EventDateTime: expect.any(String),
      Test: false,
      Source: { ID: expect.any(String) },
      Destinations: [{ ID: gateway.redox.destinations.general }],
    },
    Patient: {
      Identifiers: [{ ID: 'SYN-c', IDType: 'MR' }],
      Demographics: {
        FirstName: 'Synthetic',
        DOB: '1990-01-02',
        SSN: 's',
        IsHispanic: false,
        Address: redoxAddress,
      },
      Notes: ['n'],
    },
    Visit: { VisitNumber: 'V-1', AccountNumber: 'A-1', Location: { Type: 'Inpatient', Bed: '2' } },
    Media: {
      DocumentID: 'c-1',
      DocumentType: 'Consent Form',
      DocumentDescription: 'd',
      FileName: 'consent.pdf',
      FileType: 'PDF',
      FileContents: Buffer.from('synthetic').toString('base64'),
      CreationDateTime: '2026-02-11T09:02:00.000Z',
      ServiceDateTime: '2026-02-11',
      Availability: 'Unavailable',
      Authenticated: 'True',
      Provider: { ...redoxPerson, Location: { FacilityIdentifiers: [{ ID: 'i', IDType: 't' }] } },
      Authenticator: { LastName: 'only' },
      Notifications: [redoxPerson],
      DirectAddressFrom: 'a@direct.example',
      DirectAddressTo: 'b@direct.example',
    },
    Orders: [{ ID: 'o', Name: 'n' }],
  });
});

test('a date-time without an offset goes out as the UTC that it is; days stay days', async () => {
  const written = async (creationDateTime: string, deathDateTime: string) => {
    const input = saving('h', {
      patient: { identifiers: [{ value: 'SYN-h', idType: 'MR' }], demographics: { deathDateTime } },
      creationDateTime,
      serviceDateTime: null,
    });
    const { errors } = await gateway.ask(
      'mutation ($input: SaveMediaInput!) { saveMedia(input: $input) { accepted } }',
      {
        input,
      },
    );
    expect(errors).toEqual([]);
    const { Media, Patient } = lastMessage() as {
      Media: { CreationDateTime: string; ServiceDateTime?: string };
      Patient: { Demographics: { DeathDateTime: string } };
    };
    expect(Media.ServiceDateTime).toBeUndefined();
    return [Media.CreationDateTime, Patient.Demographics.DeathDateTime];
  };
  expect(await written('2026-02-11T09:02:00', '2026-02-11T09:02')).toEqual([
    '2026-02-11T09:02:00Z',
    '2026-02-11T09:02Z',
  ]);
  expect(await written('2026-02-11T09:02:00.5-05:00', '2026-02-11')).toEqual([
    '2026-02-11T09:02:00.5-05:00',
    '2026-02-11',
  ]);
  expect(await written('2026-02-11 09:02:00+0530', '2026-02-11t09:02:00z')).toEqual([
    '2026-02-11T09:02:00+05:30',
    '2026-02-11T09:02:00Z',
  ]);
});

test('several destinations are one message, and each has it', async () => {
  const input = saving('d', { documentId: 'd-1', destinations: ['county', 'general', 'county'] });
  const calls = await gateway.countCalls(async () => {
    const plain = 'mutation ($input: SaveMediaInput!) { saveMedia(input: $input) { accepted } }';
    expect((await gateway.ask(plain, { input })).errors).toEqual([]);
  });
  expect(calls).toBe(1);
  for (const destination of ['general', 'county']) {
    const { data } = await gateway.ask(
      `{ media(documentId: "d-1", destination: "${destination}") { documentId } }`,
    );
    expect(data).toEqual({ media: { documentId: 'd-1' } });
  }
});

describe('facility codes', () => {
  const plain = 'mutation ($input: SaveMediaInput!) { saveMedia(input: $input) { accepted } }';
  const metaOf = ({ query }: { query: unknown }) => (query as { Meta: object }).Meta;
  const toBoth = { input: saving('d', { destinations: ['general', 'county'] }) };

  test('go with each message to the destination that wants one, and with no other', async () => {
    await using coded = await startTestGateway({ charts: [] }, { REDOX_FACILITY_CODE: 'county=F' });
    expect((await coded.ask(plain, { input: saving('d', { destinations: ['county'] }) })).errors).toEqual([]);
    expect((await coded.ask(plain, { input: saving('d') })).errors).toEqual([]);
    await coded.ask('{ media(documentId: "x", destination: "county") { documentId } }');
    await coded.ask('{ media(documentId: "x") { documentId } }');
    expect(coded.redox.calls.map((call) => Reflect.get(metaOf(call), 'FacilityCode'))).toEqual([
      'F',
      undefined,
      'F',
      undefined,
    ]);
  });

  test('that differ are no one message: nothing is sent', async () => {
    await using coded = await startTestGateway({ charts: [] }, { REDOX_FACILITY_CODE: 'general=G,county=C' });
    const { errors } = await coded.ask(plain, toBoth);
    expect(errors[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      argument: 'input.destinations',
      problem: 'have different facility codes; send one mutation for each',
    });
    expect(coded.redox.callCount).toBe(0);
  });

  test('that are equal are one message', async () => {
    await using coded = await startTestGateway({ charts: [] }, { REDOX_FACILITY_CODE: 'general=F,county=F' });
    expect((await coded.ask(plain, toBoth)).errors).toEqual([]);
    expect(coded.redox.calls.map((call) => Reflect.get(metaOf(call), 'FacilityCode'))).toEqual(['F']);
  });
});

test('what another patient has by the same id is left alone', async () => {
  await using own = await startTestGateway({ charts: [] });
  await own.ask(SAVE, { input: saving('one', { documentId: 'same' }) });
  await own.ask(SAVE, { input: saving('two', { documentId: 'same' }) });
  await own.ask(DELETE, { input: deletion('two', { documentId: 'same' }) });
  const { data } = await own.ask(
    '{ patients(patients: [{ identifiers: { value: "SYN-one", idType: "MR" } }, { identifiers: { value: "SYN-two", idType: "MR" } }]) { media { totalCount } } }',
  );
  expect(data).toEqual({ patients: [{ media: { totalCount: 1 } }, { media: { totalCount: 0 } }] });
});

describe('a file in base64', () => {
  const save = (file: Buffer, documentId: string, to = gateway) =>
    to.ask(SAVE, { input: saving('f', { documentId, content: { base64: file.toString('base64') } }) });

  test.each([
    ['stands in the message up to 200 kB', 200_000, false],
    ['is uploaded above', 200_001, true],
    ['is uploaded, however much of the body it is', 10 * 1024 * 1024, true],
  ])('%s', async (_, byteLength, isUploaded) => {
    const file = someBytes(byteLength);
    const documentId = `f-${byteLength}`;
    const { errors } = await save(file, documentId);
    expect(errors).toEqual([]);
    const sent = gateway.redox.calls.at(-2)?.query as { Media: { FileContents: string } };
    if (isUploaded) expect(sent.Media.FileContents).toMatch(/^http:/);
    else expect(sent.Media.FileContents).toBe(file.toString('base64'));
    const { data } = await gateway.ask<{ media: { content: { sha256: string } } }>(
      'query ($id: ID!) { media(documentId: $id) { content { sha256 } } }',
      { id: documentId },
    );
    expect(data?.media.content.sha256).toBe(hash('sha256', file));
  });

  test.each([
    ['without padding', 'IyBwbGFu', 'QmVmdW5kOiAzOCw1IMKwQw'],
    ['of the URL alphabet', 'Pz8_Pz8-', 'Pz8/Pz8+'],
    ['of words, since its sender calls it base64', 'file-contentAA', 'seeattachA'],
  ])('%s is read', async (_, ...spellings) => {
    for (const [at, text] of spellings.entries()) {
      const documentId = `f-${at}-${text}`;
      const { errors } = await gateway.ask(SAVE, {
        input: saving('f', { documentId, content: { base64: text } }),
      });
      expect(errors).toEqual([]);
      const { data } = await gateway.ask<{ media: { content: { base64: string } } }>(
        'query ($id: ID!) { media(documentId: $id) { content { base64 } } }',
        { id: documentId },
      );
      expect(data?.media.content.base64).toBe(Buffer.from(text, 'base64').toString('base64'));
    }
  });

  test('is no program', async () => {
    const { errors } = await save(Buffer.from('#!/bin/sh\n'), 'f-program');
    expect(errors.map(({ extensions }) => [extensions.code, extensions['argument']])).toEqual([
      ['BAD_USER_INPUT', 'input.content.base64'],
    ]);
    await using lenient = await startTestGateway({ charts: [] }, { UPLOAD_EXECUTABLES: 'true' });
    expect((await save(Buffer.from('#!/bin/sh\n'), 'f-program', lenient)).errors).toEqual([]);
  });

  test('is no larger than an upload', async () => {
    await using small = await startTestGateway({ charts: [] }, { MAX_UPLOAD_BYTES: '1000' });
    expect((await save(someBytes(1000), 'f-fits', small)).errors).toEqual([]);
    expect((await save(someBytes(1001), 'f-large', small)).errors[0]?.extensions).toMatchObject({
      argument: 'input.content.base64',
      problem: 'is too large',
    });
  });
});
