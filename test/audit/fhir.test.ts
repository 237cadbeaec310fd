/** AUDIT_FORMAT=fhir: what claims a profile of IHE's Basic Audit Log Patterns conforms to it. */
import { expect, test } from 'vitest';
import { recordEvents } from './audit-events.ts';
import { type AuditEvent, profilesOf, shortfallsOf } from './balp.ts';

const events = await recordEvents();

test('every kind of success claims its profile, and conforms to it', () => {
  expect(new Set(events.flatMap(({ resource }) => profilesOf(resource)))).toEqual(
    new Set(['PatientQuery', 'Query', 'PatientCreate', 'PatientUpdate', 'PatientDelete']),
  );
  expect(events.flatMap(({ resource }) => shortfallsOf(resource))).toEqual([]);
});

test('what is intended, refused or failed claims no profile, since they are of successes', () => {
  const byOutcome = Object.groupBy(events, ({ outcome }) => outcome);
  for (const outcome of ['intended', 'refused', 'failed']) {
    expect(byOutcome[outcome]?.length).toBeGreaterThan(0);
    expect(byOutcome[outcome]?.flatMap(({ resource }) => profilesOf(resource))).toEqual([]);
  }
  for (const outcome of ['answered', 'empty'])
    expect(byOutcome[outcome]?.every(({ resource }) => profilesOf(resource).length === 1)).toBe(true);
  const codes = new Map(events.map(({ outcome, resource }) => [outcome, resource.outcome]));
  expect(Object.fromEntries(codes)).toEqual({
    answered: '0',
    empty: '0',
    refused: '4',
    failed: '8',
    intended: undefined,
  });
});

test('who asked: the program and its network address, the destination, and the person where there is one', () => {
  const [ofPerson, , ofProgram] = events.map(({ resource }) => resource.agent);
  const [client, server, user] = ofPerson ?? [];
  expect(client).toMatchObject({
    who: { identifier: { value: 'viewer' } },
    requestor: false,
    network: { address: '127.0.0.1', type: '2' },
  });
  expect(server).toMatchObject({
    who: { identifier: { value: 'general' } },
    network: { address: expect.stringMatching(/^http:\/\/127\.0\.0\.1/), type: '5' },
  });
  expect(user).toMatchObject({ who: { identifier: { value: 'clinician' } }, requestor: true });
  expect(ofProgram?.map(({ who, requestor }) => [who, requestor])).toEqual([
    [{ identifier: { value: 'importer' } }, true],
    [{ identifier: { value: 'general' } }, false],
  ]);
});

test('the document of a write is the same in all of its lines; calls and counts stand beside the event', () => {
  const saved = events.filter(({ resource }) => resource.action === 'C' && resource.outcome !== '4');
  const documents = saved.map(({ resource }) => documentOf(resource));
  expect(saved).toHaveLength(3);
  expect(new Set(documents)).toEqual(new Set([expect.stringMatching(/^[0-9a-f]{32}$/)]));
  expect(new Set(documents).size).toBe(1);
  expect(events[0]).toMatchObject({
    items: 1,
    calls: [expect.any(String)],
    redoxLogIds: [expect.any(String)],
  });
});

const documentOf = ({ entity }: AuditEvent) =>
  entity
    .filter(({ role }) => role?.code === '4')
    .map(({ what }) => (what as { identifier: { value: string } }).identifier.value)[0];

/** The rules themselves are seen to fail. */
test.each<[string, (event: AuditEvent) => object]>([
  ['outcome', () => ({ outcome: '8' })],
  ['action', () => ({ action: 'R' })],
  ['subtype', () => ({ subtype: [] })],
  ['agent[client] lacks network', ({ agent }) => ({ agent: agent.map(({ network: _, ...rest }) => rest) })],
  ['entity[patient]: 0', ({ entity }) => ({ entity: entity.slice(1) })],
  ['entity[transaction]: 2', ({ entity }) => ({ entity: [...entity, ...entity.slice(-1)] })],
  ['entity[query] has detail', ({ entity }) => ({ entity: entity.map((one) => ({ ...one, detail: [] })) })],
])('an event falls short of its profile by %s', (shortfall, change) => {
  const event = events[0]?.resource ?? expect.fail('no event');
  expect(shortfallsOf({ ...event, ...change(event) })).toContain(shortfall);
});
