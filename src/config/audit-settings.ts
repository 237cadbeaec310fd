/** Settings of the audit trail: where it goes, and what it says of patients. */
import { fixed, NONE, open } from './setting.ts';
import * as value from './value-parsers.ts';

export const AUDIT = {
  file: open('AUDIT_FILE', value.anyText, NONE, 'File that the audit trail is added to; stdout when absent.'),
  format: fixed(
    'AUDIT_FORMAT',
    value.oneOf('json', 'fhir'),
    'json',
    'Form of its entries: our own, or FHIR R4 AuditEvents (IHE BALP).',
  ),
  patients: fixed(
    'AUDIT_PATIENTS',
    value.oneOf('hashed', 'plain'),
    'hashed',
    'What the trail says of patients: a keyed hash alone, or identifiers too.',
  ),
  onFailure: fixed(
    'AUDIT_ON_FAILURE',
    value.oneOf('refuse', 'continue'),
    'refuse',
    'What happens to answers while the trail cannot be written.',
  ),
};
