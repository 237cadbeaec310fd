/** `Redox-Trace-Id`: the only id by which Redox's support can find a response without `Meta.Logs`. */

/**
 * The id is opaque: no form is documented. The characters are those of UUIDs, W3C trace contexts and base64. The id reaches
 * callers, logs and the audit trail, so nothing else is accepted.
 */
const TRACE_ID = /^[\w.:+/=-]{1,128}$/;

/** Null for a header that is absent or does not have this form. */
export function readTraceId(header: string | readonly string[] | undefined): string | null {
  return typeof header === 'string' && TRACE_ID.test(header) ? header : null;
}
