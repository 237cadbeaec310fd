/** A FHIR validator reads the audit trail: every event is a FHIR R4 AuditEvent, whether it claims a profile or not. */
import { Fhir } from 'fhir';
import { expect, test } from 'vitest';
import { recordEvents } from '../audit/audit-events.ts';

const fhir = new Fhir();

/** FHIR's value sets of these elements are extensible; the profiles use codes beyond them. */
const CODES_OF_PROFILES = ['XrequestId', 'custodian', 'AUT'];

test('the validator finds no fault in any event', async () => {
  const events = await recordEvents();
  expect(events.length).toBeGreaterThan(15);
  const messages = events.flatMap(({ resource }) => fhir.validate(resource, {}).messages);
  const faults = messages.filter(({ severity, message = '' }) => {
    return severity !== 'warning' || !CODES_OF_PROFILES.some((code) => message.includes(`"${code}"`));
  });
  expect(faults).toEqual([]);
});

test('and finds faults where there are some', async () => {
  const [event] = await recordEvents();
  const { recorded: _, ...rest } = event?.resource ?? expect.fail('no event');
  expect(fhir.validate({ ...rest, agent: [] }, {}).valid).toBe(false);
});
