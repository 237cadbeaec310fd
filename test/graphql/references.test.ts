/** A reference means one thing: no destination is none, half a key is none, and two keys say the same. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { askWell, chartDocument } from '../support/own-chart.ts';

/** In both destinations, the same numbers are different people's. */
const charts = (['general', 'county'] as const).flatMap((destination) => [
  chartDocument('a', { destination, documentId: 'doc-a', documentDescription: `a in ${destination}` }),
  chartDocument('b', { destination, documentId: 'doc-b', documentDescription: `b in ${destination}` }),
  chartDocument('c', { destination, documentDescription: `c in ${destination}` }),
]);

let gateway: TestGateway;
/** Ids of what is county's, by type. */
let ids: Record<'Patient' | 'Visit' | 'Media' | 'Unnamed', string>;
beforeAll(async () => {
  gateway = await startTestGateway({ charts });
  const { a, c } = await askWell<{
    a: { id: string; visit: { id: string }; media: { nodes: { id: string }[] } };
    c: { media: { nodes: { id: string }[] } };
  }>(
    gateway,
    `{ a: patient(identifiers: [{ value: "SYN-a", idType: "MR" }, { value: "e-a", idType: "EHRID" }], destination: "county") {
         id visit(visitNumber: "V-a") { id } media { nodes { id } } }
       c: patient(identifiers: { value: "SYN-c", idType: "MR" }, destination: "county") { media { nodes { id } } } }`,
  );
  const [Media = '', Unnamed = ''] = [a, c].map(({ media }) => media.nodes[0]?.id ?? '');
  ids = { Patient: a.id, Visit: a.visit.id, Media, Unnamed };
});
afterAll(() => gateway.close());
beforeEach(() => {
  gateway.redox.calls.length = 0;
});

const KEYS = {
  Patient: { destination: 'county', identifier: { value: 'SYN-a', idType: 'MR' } },
  Visit: { destination: 'county', visitNumber: 'V-a' },
  Media: { destination: 'county', documentId: 'doc-a' },
};
type EntityType = keyof typeof KEYS;
const TYPES: readonly EntityType[] = ['Patient', 'Visit', 'Media'];

const ENTITIES = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
  ... on Patient { destination media { nodes { documentDescription } } }
  ... on Visit { destination media { nodes { documentDescription } } }
  ... on Media { destination documentDescription } } }`;

/** What the type's entity of `name` in `destination` is. */
const entity = (type: EntityType, name = 'a', destination = 'county') => {
  const document = { documentDescription: `${name} in ${destination}` };
  return { destination, ...(type === 'Media' ? document : { media: { nodes: [document] } }) };
};

async function resolve(type: EntityType, representation: object) {
  const sound = { __typename: type, ...KEYS[type] };
  const representations = [sound, { __typename: type, ...representation }];
  const { data, errors, status } = await gateway.ask<{ _entities: unknown[] }>(ENTITIES, { representations });
  expect(status).toBe(200);
  expect(data?._entities[0]).toEqual(entity(type));
  const [error] = errors;
  return {
    found: data?._entities[1],
    refused: error && { at: error.path, code: error.extensions.code, argument: error.extensions['argument'] },
  };
}

const refusedFor = (argument: string) => ({
  found: null,
  refused: { at: ['_entities', 1], code: 'BAD_USER_INPUT', argument: `representations.${argument}` },
});

describe.each(TYPES)('a reference to a %s', (type) => {
  const key = KEYS[type];
  const byId = () => ids[type];

  test.each([
    ['no destination', {}],
    ['null for a destination', { destination: null }],
    ['a blank destination', { destination: ' ' }],
  ])('with %s is no destination’s, not the default destination’s', async (_, change) => {
    const { destination, ...rest } = key;
    expect(await resolve(type, { ...rest, ...change })).toEqual(refusedFor('destination'));
    // One call, for the sound one.
    expect(gateway.redox.calls.map(({ destinationId }) => destinationId)).toEqual([
      gateway.redox.destinations.county,
    ]);
  });

  test('with an unknown destination is refused', async () => {
    expect((await resolve(type, { ...key, destination: 'elsewhere' })).refused?.argument).toBe('destination');
  });

  test('by its id', async () => {
    expect(await resolve(type, { id: byId() })).toEqual({ found: entity(type), refused: undefined });
  });

  test('with null for an id is found by its other key', async () => {
    expect(await resolve(type, { id: null, ...key })).toEqual({ found: entity(type), refused: undefined });
  });

  test('with null for an id and half a key is refused', async () => {
    for (const name of Object.keys(key)) {
      const half = { ...key, [name]: null, id: null };
      const argument = name === 'identifier' ? 'identifier.value' : name;
      expect(await resolve(type, half)).toEqual(refusedFor(argument));
    }
  });

  test.each([
    ['both keys', () => key],
    ['nothing of the other key', () => Object.fromEntries(Object.keys(key).map((name) => [name, null]))],
    ['its destination', () => ({ destination: 'county' })],
  ])('by its id beside %s', async (_, others) => {
    expect(await resolve(type, { id: byId(), ...others() })).toEqual({
      found: entity(type),
      refused: undefined,
    });
  });

  test('whose keys contradict each other is refused', async () => {
    const others = {
      Patient: { identifier: { value: 'SYN-b', idType: 'MR' } },
      Visit: { visitNumber: 'V-b' },
      Media: { documentId: 'doc-b' },
    }[type];
    for (const change of [
      { destination: 'general' },
      others,
      { ...key, ...others },
      { ...key, destination: 'general' },
    ]) {
      expect(await resolve(type, { id: byId(), ...change })).toEqual(refusedFor('id'));
    }
  });

  test('with a faulty id is refused, whatever its other key', async () => {
    for (const id of ['', ' ', 'x', `${byId()}x`, 417, ids[type === 'Media' ? 'Visit' : 'Media']]) {
      expect(await resolve(type, { ...key, id })).toEqual(refusedFor('id'));
    }
  });

  test('with a key of another shape is refused, also beside its id', async () => {
    const [name = ''] = Object.keys(key).slice(-1);
    for (const value of [['x'], true, '', 4.5, { value: { x: 1 }, idType: 'MR' }]) {
      const refused = await resolve(type, { ...key, [name]: value });
      expect(refused).toMatchObject({ found: null, refused: { code: 'BAD_USER_INPUT' } });
      const beside = await resolve(type, { id: byId(), [name]: value });
      expect(beside).toMatchObject({ found: null, refused: { code: 'BAD_USER_INPUT' } });
    }
  });
});

describe('a reference to a Patient', () => {
  const { destination } = KEYS.Patient;
  test.each([
    ['without its type', { value: 'SYN-a' }, 'identifier.idType'],
    ['without its value', { idType: 'MR' }, 'identifier.value'],
    ['with null for its type', { value: 'SYN-a', idType: null }, 'identifier.idType'],
    ['under its old name', { id: 'SYN-a', idType: 'MR' }, 'identifier.value'],
  ])('by an identifier %s is refused', async (_, identifier, argument) => {
    expect(await resolve('Patient', { destination, identifier })).toEqual(refusedFor(argument));
  });

  test.each<[string, object, boolean]>([
    ['another one of theirs', { value: 'e-a', idType: 'EHRID' }, true],
    ['a part of one of theirs', { value: 'e-a' }, true],
    ['parts of two of theirs', { value: 'e-a', idType: 'MR' }, false],
    ['one of an unknown type', { value: 'SYN-a', idType: 'PORTAL' }, false],
  ])('by its id beside %s', async (_, identifier, isSame) => {
    const answer = await resolve('Patient', { id: ids.Patient, identifier });
    expect(answer).toEqual(isSame ? { found: entity('Patient'), refused: undefined } : refusedFor('id'));
  });
});

describe('a reference to a document without a DocumentID', () => {
  test('by its id, beside null', async () => {
    const found = entity('Media', 'c');
    expect(await resolve('Media', { id: ids.Unnamed, destination: 'county', documentId: null })).toEqual({
      found,
      refused: undefined,
    });
  });

  test('contradicts any DocumentID', async () => {
    expect(await resolve('Media', { id: ids.Unnamed, documentId: 'doc-a' })).toEqual(refusedFor('id'));
  });
});
