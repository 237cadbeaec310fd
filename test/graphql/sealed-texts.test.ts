/** Ids and cursors are sealed: what this gateway did not seal, for this purpose and this order, is refused unopened. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Seal } from '../../src/seal.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { askWell, chartDocument } from '../support/own-chart.ts';
import { expectRefusal } from '../support/refusal.ts';

let gateway: TestGateway;
let foreign: TestGateway;
beforeAll(async () => {
  const charts = ['a', 'b'].map((name) => chartDocument(name, { documentId: `doc-${name}` }));
  gateway = await startTestGateway({ charts });
  foreign = await startTestGateway(
    { charts },
    { GATEWAY_SECRET: 'another-secret-of-the-test-suite-as-long' },
  );
});
afterAll(() => Promise.all([gateway.close(), foreign.close()]));

const A = 'identifiers: [{ value: "SYN-a", idType: "MR" }]';

describe('refused as', () => {
  const question = `{ patient(${A}) { id media { edges { cursor node { id } } } } }`;
  type Answer = { patient: { id: string; media: { edges: [{ cursor: string; node: { id: string } }] } } };
  const sealedBy = async (of: TestGateway) => {
    const { patient } = await askWell<Answer>(of, question);
    const [{ cursor, node }] = patient.media.edges;
    return { cursor, id: node.id, patient: patient.id };
  };
  const flip = (text: string, at: number) =>
    text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);

  test('an id: tampered with at any place, cut, extended, another gateway’s, a cursor', async () => {
    const [own, others] = [await sealedBy(gateway), await sealedBy(foreign)];
    const bad = [
      ...Array.from(own.id.slice(0, -1), (_, at) => flip(own.id, at)),
      own.id.slice(0, -4),
      own.id.slice(4),
      `${own.id}A`,
      `${own.id}=`,
      ` ${own.id}`,
      `${own.id.slice(0, 8)}\n${own.id.slice(8)}`,
      others.id,
      others.patient,
      own.cursor,
    ];
    for (const id of bad) await expectRefusal(gateway, 'node(id: $id) { id }', 'id', { id });
  });

  test('a cursor: tampered with, cut, another gateway’s, of another order, an id', async () => {
    const [own, others] = [await sealedBy(gateway), await sealedBy(foreign)];
    const bad = [flip(own.cursor, 5), own.cursor.slice(0, -2), others.cursor, own.id, own.patient];
    for (const cursor of bad) {
      await expectRefusal(gateway, `patient(${A}) { media(after: $cursor) { totalCount } }`, 'after', {
        cursor,
      });
      await expectRefusal(
        gateway,
        `visit(visitNumber: "V-a") { media(last: 1, before: $cursor) { totalCount } }`,
        'before',
        { cursor },
      );
    }
    for (const order of ['field: FILE_NAME', 'field: SERVICE_DATE_TIME, direction: ASC']) {
      await expectRefusal(
        gateway,
        `patient(${A}) { media(orderBy: { ${order} }, after: $cursor) { totalCount } }`,
        'after',
        { cursor: own.cursor },
      );
    }
  });
});

test('a seal opens its own purpose only, by any of its secrets', () => {
  const [old, young] = [
    'an-old-secret-of-the-test-suite-long-enough',
    'a-young-secret-of-the-test-suite-long-enough',
  ];
  const sealed = new Seal([old], 'id').close(['SYN-a']);
  expect(new Seal([young, old], 'id').open(sealed)).toEqual(['SYN-a']);
  expect(new Seal([old], 'cursor').open(sealed)).toBeUndefined();
  expect(new Seal([young], 'id').open(sealed)).toBeUndefined();
});

test('equal payloads are sealed alike in every version: ids that callers have kept still open', () => {
  const seal = new Seal(['a-secret-of-the-test-suite-that-is-long-enough'], 'id');
  expect(seal.close(['SYN-a', null])).toBe('OzHZP10PazjpgCTcayHV1YzKRAOvVhTolwZGsRD8');
  expect(seal.open('OzHZP10PazjpgCTcayHV1YzKRAOvVhTolwZGsRD8')).toEqual(['SYN-a', null]);
});

test('a text as long as a request may be opens, and not one that is longer', () => {
  const seal = new Seal(['a-secret-of-the-test-suite-that-is-long-enough'], 'id');
  // 196,608 bytes are 262,144 characters of base64url: the JSON of the text, two quotes and the tag of 16 bytes.
  const longest = 'x'.repeat(196_608 - 2 - 16);
  expect(seal.close(longest)).toHaveLength(262_144);
  expect(seal.open(seal.close(longest))).toBe(longest);
  expect(seal.open(seal.close(`${longest}x`))).toBeUndefined();
});

test('a seal without a secret seals nothing', () => {
  expect(() => new Seal([], 'id').close('SYN-a')).toThrow('a seal needs a secret');
});
