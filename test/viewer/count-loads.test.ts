/** The number beside "a DataLoader per field": fields that the schema says cost a call, equal ones once. */
import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { countLoads } from '../../viewer/src/cost/count-loads.ts';

const patient = (id: string, fields: object) => ({ __typename: 'Patient', id, ...fields });
const visit = (id: string) => ({ __typename: 'Visit', id, media: { nodes: [] } });

test('fifty patients with their media are fifty loads', () => {
  const document = parse('{ patients(patients: []) { id media { totalCount } } }');
  const patients = Array.from({ length: 50 }, (_, at) => patient(`p${at}`, { media: { totalCount: 1 } }));
  expect(countLoads(document, { patients })).toEqual({ fields: 50, dataLoaderCalls: 50 });
});

test('two pages of one list are one load, a filtered list is another', () => {
  const document = parse(`query ($filter: MediaFilter) { patient(identifiers: []) {
    id newest: media(first: 1) { totalCount } media(first: 60) { totalCount } some: media(filter: $filter) { totalCount }
  } }`);
  const media = { totalCount: 1 };
  const data = { patient: patient('p', { newest: media, media, some: media }) };
  expect(countLoads(document, data)).toEqual({ fields: 3, dataLoaderCalls: 2 });
});

test('each visit loads its own media, wherever fragments put the field', () => {
  const document = parse(`
    query { patient(identifiers: []) { id ... on Patient { visits { ...Parts } } } }
    fragment Parts on Visit { id media { nodes { id } } }`);
  const data = { patient: patient('p', { visits: [visit('v1'), visit('v2')] }) };
  expect(countLoads(document, data)).toEqual({ fields: 3, dataLoaderCalls: 3 });
});

test.each([
  ['what costs nothing is not counted', '{ destinations { id } }', { destinations: [{ id: 'general' }] }],
  ['what failed as a whole loaded nothing', '{ patient(identifiers: []) { id media { totalCount } } }', null],
  ['a patient that is null', '{ patient(identifiers: []) { id media { totalCount } } }', { patient: null }],
])('%s', (_, query, data) => {
  expect(countLoads(parse(query), data)).toEqual({ fields: 0, dataLoaderCalls: 0 });
});
