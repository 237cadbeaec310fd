/** Reads which subscription protocols the Accept header of a request names. */
import { MIMEType } from 'node:util';

export type StreamKind = 'sse' | 'multipart' | 'callback';

export interface AcceptedStreams {
  /** In the order of the header. */
  readonly kinds: readonly StreamKind[];
  /** Whether an ordinary JSON response is accepted too. */
  readonly takesJson: boolean;
}

/** A media range may hold a comma within quotes. */
const RANGES = /(?:[^,"]|"[^"]*")+/g;

const JSON_TYPES: ReadonlySet<string> = new Set([
  'application/json',
  'application/graphql-response+json',
  'application/*',
  '*/*',
]);

/** Null when it names none, as in most requests. */
export function readAcceptedStreams(accept: string | undefined): AcceptedStreams | null {
  if (accept === undefined || !/event-stream|subscriptionspec|callbackspec/i.test(accept)) return null;
  const ranges = [...accept.matchAll(RANGES)].flatMap(([range]) => readRange(range));
  const kinds = [...new Set(ranges.flatMap(kindOf))];
  return kinds.length === 0 ? null : { kinds, takesJson: ranges.some(isJson) };
}

interface Range {
  readonly type: string;
  readonly parameters: MIMEType['params'];
}

/** Empty for what is not accepted, and for what cannot be read. */
function readRange(text: string): Range[] {
  try {
    const { essence: type, params: parameters } = new MIMEType(text.trim());
    return Number(parameters.get('q') ?? '1') > 0 ? [{ type, parameters }] : [];
  } catch {
    return [];
  }
}

function kindOf({ type, parameters }: Range): StreamKind[] {
  if (type === 'text/event-stream') return ['sse'];
  if (parameters.get('callbackspec') === '1.0') return ['callback'];
  return type === 'multipart/mixed' && parameters.get('subscriptionspec') === '1.0' ? ['multipart'] : [];
}

/** Apollo Server treats a JSON type with a parameter as another type. */
function isJson({ type, parameters }: Range): boolean {
  return JSON_TYPES.has(type) && !parameters.has('callbackspec');
}
