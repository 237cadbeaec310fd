/** The example's router over both subgraphs, all real servers on loopback: data, and what it costs in Media Queries. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { byRecordNumber } from '../support/own-chart.ts';
import { byName, type Joined, NAMES, nodesOf, startJoined } from './joined.ts';

const reached: string[] = [];
const watch = (message: unknown) => {
  const { socket } = message as { socket: Socket };
  socket.on('lookup', (_error, _address, _family, host) => reached.push(host));
  socket.on('connectionAttempt', (ip) => reached.push(ip));
};

let joined: Joined;
beforeAll(async () => {
  subscribe('net.client.socket', watch);
  joined = await startJoined();
});
afterAll(async () => {
  unsubscribe('net.client.socket', watch);
  await joined.close();
});

const ask = (query: string, variables?: Record<string, unknown>) => joined.ask(query, variables);
const well = (data: unknown, calls: number) => ({ status: 200, errors: [], data, calls });

describe('a name joined with documents', () => {
  test('from the directory', async () => {
    const answer = await ask(
      '{ directoryPatients(nameContains: "P07") { name birthDate media { nodes { documentId } } } }',
    );
    const person = { ...byName('p07'), birthDate: '1970-01-01', media: nodesOf('p07') };
    expect(answer).toEqual(well({ directoryPatients: [person] }, 1));
  });

  test('from the media subgraph, with variables, an alias and a fragment', async () => {
    const answer = await ask(
      `query ($mr: [IdentifierInput!]!) { who: patient(identifiers: $mr) { ...Chart } }
      fragment Chart on Patient { __typename called: name files: media { nodes { documentId } } }`,
      { mr: byRecordNumber('p07').identifiers },
    );
    const who = { __typename: 'Patient', called: 'Synthetic p07', files: nodesOf('p07') };
    expect(answer).toEqual(well({ who }, 1));
  });

  test('from a document: whose it is, by name', async () => {
    const answer = await ask('{ media(documentId: "doc-p07-b") { documentType patient { name } } }');
    expect(answer).toEqual(well({ media: { documentType: 'Consent Form', patient: byName('p07') } }, 1));
  });

  test('of a patient reached by another identifier than the record number', async () => {
    const answer = await ask('query ($ids: [IdentifierInput!]!) { patient(identifiers: $ids) { name } }', {
      ids: [{ value: 'e-p07', idType: 'EHRID' }],
    });
    expect(answer).toEqual(well({ patient: byName('p07') }, 0));
  });

  test('of a patient whom the directory does not know: documents, and no name', async () => {
    const answer = await ask(
      `query ($ids: [IdentifierInput!]!) { patient(identifiers: $ids) { name media { nodes { documentId } } } }`,
      { ids: byRecordNumber('stranger').identifiers },
    );
    expect(answer).toEqual(well({ patient: { name: null, media: nodesOf('stranger') } }, 1));
  });
});

describe('fifty patients are one Media Query', () => {
  test('found in the directory, with their documents', async () => {
    const answer = await ask(
      '{ directoryPatients(nameContains: "Synthetic") { name media { nodes { documentId } } } }',
    );
    const all = NAMES.map((name) => ({ ...byName(name), media: nodesOf(name) }));
    expect(answer).toEqual(well({ directoryPatients: all }, 1));
  });

  test('asked of the media subgraph, with names, visits and the way back up to the name', async () => {
    const answer = await ask(
      `query ($all: [PatientInput!]!) { patients(patients: $all) {
        name visits { visitNumber media { nodes { documentId patient { name } } } } } }`,
      { all: NAMES.map(byRecordNumber) },
    );
    const all = NAMES.map((name) => {
      const visit = (visitNumber: string, documentId: string) => ({
        visitNumber,
        media: { nodes: [{ documentId, patient: byName(name) }] },
      });
      const visits = [visit(`V-${name}`, `doc-${name}-a`), visit(`V2-${name}`, `doc-${name}-b`)];
      return { ...byName(name), visits };
    });
    expect(answer).toEqual(well({ patients: all }, 1));
  });

  test('found in the directory, with two selections of documents under aliases', async () => {
    const answer = await ask(
      `{ directoryPatients(nameContains: "Synthetic") {
        all: media { totalCount } photos: media(filter: { documentTypes: ["Photo"] }) { totalCount } } }`,
    );
    const each = { all: { totalCount: 2 }, photos: { totalCount: 1 } };
    expect(answer).toEqual(well({ directoryPatients: NAMES.map(() => each) }, 1));
  });

  test('names and identifiers alone are none', async () => {
    const answer = await ask('{ directoryPatients(nameContains: "p0") { id name identifier { value } } }');
    expect(answer).toMatchObject({ errors: [], calls: 0 });
    expect(answer.data?.['directoryPatients']).toHaveLength(10);
  });
});

describe('one operation over many entities', () => {
  test('patients, visits and documents together', async () => {
    const answer = await ask(
      `query ($mr: [IdentifierInput!]!) {
        directoryPatients(nameContains: "p01") { name media { totalCount } }
        patient(identifiers: $mr) { name media { totalCount } }
        visit(visitNumber: "V-p03") { patient { name } media { totalCount } }
        media(documentId: "doc-p04-a") { patient { name } visit { visitNumber } } }`,
      { mr: byRecordNumber('p02').identifiers },
    );
    const data = {
      directoryPatients: [{ ...byName('p01'), media: { totalCount: 2 } }],
      patient: { ...byName('p02'), media: { totalCount: 2 } },
      visit: { patient: byName('p03'), media: { totalCount: 1 } },
      media: { patient: byName('p04'), visit: { visitNumber: 'V-p04' } },
    };
    // By patient, by visit and by document are three; whom the directory found can be asked only after it answered.
    expect(answer).toEqual(well(data, 4));
  });

  test('two lists of the directory, with different selections', async () => {
    const answer = await ask(
      `{ a: directoryPatients(nameContains: "p0") { media { totalCount } }
         b: directoryPatients(nameContains: "p1") { name media { nodes { documentId } } } }`,
    );
    const a = NAMES.slice(0, 10).map(() => ({ media: { totalCount: 2 } }));
    const b = NAMES.slice(10, 20).map((name) => ({ ...byName(name), media: nodesOf(name) }));
    expect(answer).toEqual(well({ a, b }, 1));
  });

  test('the same patient from both subgraphs, joined again and again', async () => {
    const answer = await ask(
      `{ directoryPatients(nameContains: "p07") { visits { patient { name visits { media { nodes { visit { patient {
        name birthDate media { totalCount } } } } } } } } } }`,
    );
    expect(answer).toMatchObject({ errors: [], calls: 1 });
    const text = JSON.stringify(answer.data);
    expect(text.match(/"name":"[^"]*"/g)).toEqual(Array(6).fill('"name":"Synthetic p07"'));
  });
});

test('pages are turned through the router, from the answer of the first', async () => {
  const query = `query ($after: String) { directoryPatients(nameContains: "p07") { name
    media(first: 1, after: $after) { totalCount nodes { documentId } pageInfo { hasNextPage endCursor } } } }`;
  const page = (documentId: string, hasNextPage: boolean) => ({
    totalCount: 2,
    nodes: [{ documentId }],
    pageInfo: { hasNextPage, endCursor: expect.any(String) },
  });
  const first = await ask(query);
  expect(first).toEqual(
    well({ directoryPatients: [{ ...byName('p07'), media: page('doc-p07-a', true) }] }, 1),
  );
  const [, after] = /"endCursor":"([^"]+)"/.exec(JSON.stringify(first.data)) ?? [];
  const second = await ask(query, { after });
  expect(second).toEqual(
    well({ directoryPatients: [{ ...byName('p07'), media: page('doc-p07-b', false) }] }, 0),
  );
});

test.each(['node(id: "x") { id }', 'nodes(ids: []) { id }'])('%s is not in the supergraph', async (field) => {
  const answer = await ask(`{ ${field} }`);
  expect(answer).toMatchObject({
    calls: 0,
    errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
  });
});

test('nothing but loopback was reached', () => {
  expect(reached).not.toEqual([]);
  expect([...new Set(reached)]).toEqual(['127.0.0.1']);
});
