/** `Redox-Trace-Id`: where a response has no `Meta.Logs`, the one handle that Redox's support has on it. */

/**
 * Opaque: no form is documented. The characters are those of UUIDs, W3C trace contexts and base64; the id reaches callers,
 * logs and the audit trail, so nothing else may ride along.
 */
const TRACE_ID = /^[\w.:+/=-]{1,128}$/;

/** Null for what is no such id. */
export function readTraceId(header: string | readonly string[] | undefined): string | null {
  return typeof header === 'string' && TRACE_ID.test(header) ? header : null;
}
