/** `Redox-Trace-Id`: the only id by which Redox's support can find a response without `Meta.Logs`. */

/**
 * The id is opaque: its form is not documented. The accepted characters are those of UUIDs, W3C trace contexts and base64.
 * Nothing else is accepted, as the id reaches callers, logs and the audit trail.
 */
const TRACE_ID = /^[\w.:+/=-]{1,128}$/;

/** Null for a header that is absent or does not have this form. */
export function readTraceId(header: string | readonly string[] | undefined): string | null {
  return typeof header === 'string' && TRACE_ID.test(header) ? header : null;
}
