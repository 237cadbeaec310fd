/** Nothing that a caller or a destination sends makes the audit trail long, or its making slow. */
import { stat } from 'node:fs/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { START, writeLine } from '../../src/audit/chain.ts';
import { auditEventForm } from '../../src/audit/fhir.ts';
import { AuditTrail } from '../../src/audit/trail.ts';
import { GatewayError } from '../../src/errors.ts';
import { destinationAlias } from '../../src/media/model/keys.ts';
import { createNeed } from '../../src/media/model/need.ts';
import { AUDIENCE, ISSUER, signToken, writeJwksFile } from '../http/callers/issuer.ts';
import { countWork } from '../support/count-work.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { startTestGateway } from '../support/gateway.ts';
import { byRecordNumber } from '../support/own-chart.ts';
import { linesOf, newFile } from './lines.ts';

const GENERAL = destinationAlias('general');
const MAX_BYTES = 16 * 1024;

const trailOf = (subject: string | null) =>
  new AuditTrail({
    caller: { subject, clientId: subject, token: null },
    address: '127.0.0.1',
    hash: () => 'f'.repeat(32),
    showsIdentifiers: true,
    clock: new FakeClock(),
  });

/** Texts whose characters take up to six bytes in JSON. */
const text = fc.oneof(
  fc.string({ unit: fc.constantFrom('\u0001', '\u2028', 'ü', '\ud800', '"'), minLength: 1, maxLength: 300 }),
  fc.string({ minLength: 1, maxLength: 200 }),
);
const call = fc.record({
  id: fc.uuid(),
  logIds: fc.array(fc.stringMatching(/^[\w-]{1,300}$/), { maxLength: 30 }),
  traceId: fc.option(fc.stringMatching(/^[\w-]{1,128}$/)),
});
const identifiers = fc.array(fc.record({ id: text, idType: text }), { maxLength: 30 });

test('no line is longer than 16 kB, in either form', () => {
  fc.assert(
    fc.property(
      text,
      fc.array(call, { maxLength: 40 }),
      fc.array(identifiers, { minLength: 1, maxLength: 5 }),
      fc.boolean(),
      (name, calls, patients, isRefused) => {
        const trail = trailOf(name);
        trail.operation = { name: name.repeat(100), hash: 'f'.repeat(64) };
        const error = isRefused ? new GatewayError('FORBIDDEN') : null;
        const items = isRefused ? null : [];
        trail.note({ need: createNeed(GENERAL, { patients }), items, error, calls, ageMs: null });
        for (const entry of trail.entries()) {
          for (const form of [entry, auditEventForm('https://redox.example')(entry)]) {
            const { line } = writeLine({ event: 'audit', ...form }, START);
            expect(Buffer.byteLength(line)).toBeLessThanOrEqual(MAX_BYTES);
          }
        }
      },
    ),
  );
});

test('texts that are cut differ by what was cut off', () => {
  const long = 'synthetic '.repeat(30);
  const subjects = [`${long}1`, `${long}2`, 'short'].map((subject) => {
    const trail = trailOf(subject);
    trail.note({ need: createNeed(GENERAL, {}), items: [], error: null, calls: [], ageMs: null });
    return [...trail.entries()][0]?.subject ?? '';
  });
  expect(new Set(subjects).size).toBe(3);
  expect(subjects.map(({ length }) => length)).toEqual([128, 128, 5]);
});

test('what one operation refuses of 500 patients is one line with their number', async () => {
  const file = await newFile();
  const auth = { AUTH_MODE: 'jwt', AUTH_ISSUER: ISSUER, AUTH_AUDIENCE: AUDIENCE };
  const settings = { ...auth, AUTH_JWKS_FILE: await writeJwksFile(), AUDIT_FILE: file };
  await using gateway = await startTestGateway({ charts: [] }, settings);
  const claims = { scope: 'media:read', redox_patients: ['MR|SYN-own'] };
  const name = `Long${'Name'.repeat(1000)}`;
  const variables = { patients: Array.from({ length: 500 }, (_, at) => byRecordNumber(`p${at}`)) };
  const query = `query ${name}($patients: [PatientInput!]!) { patients(patients: $patients) { media { totalCount } } }`;
  await gateway.ask(query, variables, { authorization: `Bearer ${await signToken({ claims })}` });
  expect(await linesOf(file)).toMatchObject([
    {
      operation: { name: name.slice(0, 128) },
      patient: null,
      outcome: 'refused',
      code: 'FORBIDDEN',
      refused: { count: 500, patients: expect.any(Array) },
    },
  ]);
  expect((await stat(file)).size).toBeLessThanOrEqual(MAX_BYTES);
});

const FILES = [
  'src/audit/trail.ts',
  'src/audit/patient-records.ts',
  'src/audit/documents-by-patient.ts',
  'src/media/model/patients.ts',
  'src/media/model/keys.ts',
];

test.each([
  ['that a visit number brings', () => []],
  ['who are named', (names: string[]) => names.map((id) => [{ id, idType: 'MR' }])],
  // All have one identifier in common, as the members of a family may.
  [
    'who share an identifier',
    (names: string[]) =>
      names.map((id) => [
        { id: 'SYN-1', idType: 'H' },
        { id, idType: 'MR' },
      ]),
  ],
])('eight times the patients %s are at most ten times the work', async (_, patientsOf) => {
  const workFor = (count: number) => {
    const names = Array.from({ length: count }, (_, at) => `SYN-${at}`);
    const items = names.map((id) => ({
      identifiers: [
        { id: 'SYN-1', idType: patientsOf(names).length > 0 ? 'H' : `H-${id}` },
        { id, idType: 'MR' },
      ],
      documentId: id,
    }));
    const patients = patientsOf(names);
    const need = createNeed(GENERAL, patients.length > 0 ? { patients } : { visitNumbers: ['V'] });
    const trail = trailOf(null);
    trail.note({ need, items, error: null, calls: [], ageMs: null });
    return countWork(() => expect([...trail.entries()]).toHaveLength(count), FILES);
  };
  const work = await workFor(500);
  expect(await workFor(4000)).toBeLessThan(10 * work);
});

test('fields that receive the same list are one access, however many they are', async () => {
  const FILES = ['trail', 'patient-records', 'documents-by-patient'].map((file) => `src/audit/${file}.ts`);
  const items = Array.from({ length: 400 }, (_, at) => ({
    identifiers: [{ id: `SYN-${at}`, idType: 'MR' }],
    documentId: `d${at}`,
  }));
  const workFor = (fields: number) => {
    const trail = trailOf('S');
    for (let field = 0; field < fields; field += 1) {
      trail.note({
        need: createNeed(GENERAL, { visitNumbers: ['v'] }),
        items,
        error: null,
        calls: [],
        ageMs: null,
      });
    }
    return countWork(() => expect([...trail.entries()]).toHaveLength(400), FILES);
  };
  const one = await workFor(1);
  expect(await workFor(99)).toBeLessThan(3 * one);
});

test('thousands of patients are gathered in steps, and none is lost between them', () => {
  const trail = trailOf('S');
  const patients = Array.from({ length: 4500 }, (_, at) => [{ id: `SYN-${at}`, idType: 'MR' }]);
  trail.note({ need: createNeed(GENERAL, { patients }), items: [], error: null, calls: [], ageMs: null });
  expect([...trail.prepare()]).toHaveLength(4);
  expect([...trail.entries()]).toHaveLength(4500);
});

test.each([
  ['of one patient', [[{ id: 'SYN-1', idType: 'MR' }]]],
  ['of one of two', [[{ id: 'SYN-1', idType: 'MR' }], [{ id: 'SYN-2', idType: 'MR' }]]],
])('so are thousands of documents %s', (_, patients) => {
  const trail = trailOf('S');
  const items = Array.from({ length: 4500 }, (_unused, at) => ({
    identifiers: [{ id: 'SYN-1', idType: 'MR' }],
    documentId: `d${at}`,
  }));
  trail.note({ need: createNeed(GENERAL, { patients }), items, error: null, calls: [], ageMs: null });
  expect([...trail.prepare()].length).toBeGreaterThanOrEqual(4);
  const [first, ...others] = trail.entries();
  expect(first).toMatchObject({ items: 4500, outcome: 'answered' });
  expect(others.map((entry) => entry.items)).toEqual(patients.slice(1).map(() => 0));
});
