/** Reads a request body as JSON; undefined stands for a body that is not JSON (JSON itself has no such value). */
export function parseJson(body: Buffer | undefined): unknown {
  try {
    return JSON.parse(body?.toString() ?? '');
  } catch {
    return undefined;
  }
}
