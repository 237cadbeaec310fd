/** Settings of the audit trail: where it is written, and how it names patients. */
import { fixed, NONE, open } from './setting.ts';
import * as value from './value-parsers.ts';
import { writtenFile } from './written-file.ts';

export const AUDIT_FILE_PROBLEM =
  'must name a file that can be written, that no other process writes, and that is empty or ends as an audit trail does';

/** A trail may also go to a named pipe or a device. */
const auditFile = writtenFile(
  AUDIT_FILE_PROBLEM,
  (found) => found.isFile() || found.isFIFO() || found.isCharacterDevice(),
);

export const AUDIT = {
  file: open('AUDIT_FILE', auditFile, NONE, 'File to which the audit trail is appended; stdout when absent.'),
  format: fixed(
    'AUDIT_FORMAT',
    value.oneOf('json', 'fhir'),
    'json',
    "Format of the entries of the audit trail: `json`, the gateway's own, or `fhir`, FHIR R4 AuditEvents (IHE BALP).",
  ),
  patients: fixed(
    'AUDIT_PATIENTS',
    value.oneOf('hashed', 'plain'),
    'hashed',
    'How the audit trail names patients: `hashed`, by an HMAC; `plain`, by their identifiers as well.',
  ),
  onFailure: fixed(
    'AUDIT_ON_FAILURE',
    value.oneOf('refuse', 'continue'),
    'refuse',
    'What happens to responses while the audit trail cannot be written: `refuse` holds them back, `continue` sends them.',
  ),
};
