/** Writes the responses of the data endpoint: a QueryResponse, or the error body of a refused call. */
import { randomUUID } from 'node:crypto';
import { type ChartDocument, toRedoxItem } from '../charts/chart.ts';
import type { RawItem, RawReply } from './answer.ts';
import type { ParsedQuery } from './media-query.ts';
import { RefusedQuery } from './refused-query.ts';

/** Redox's cap on one message of API traffic, in either direction (Quotas and constraints, Aug 2025: 40 MB). */
export const MAX_MESSAGE_BYTES = 40 * 1024 * 1024;

/** More than any limit: if a refusal were sent while the client still writes, it would see a broken connection. */
export const MAX_READ_BYTES = 64 * 1024 * 1024;

const SOURCE_NAME = 'Media Gateway (synthetic)';
const COMMA = Buffer.from(',');
const END = Buffer.from(']}');

/** The response as it is sent; the bytes or the text of `body` are not changed. */
export interface WireReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

export class ReplyWriter {
  readonly #clock: () => number;
  readonly #sourceId: string;
  /** Each document is serialised once, when it is first sent: contents are large, and benchmarks query often. */
  readonly #printed = new WeakMap<ChartDocument, Buffer>();

  constructor(clock: () => number, sourceId: string) {
    this.#clock = clock;
    this.#sourceId = sourceId;
  }

  /** Refuses the whole reply when it is above the limit: Redox never delivers a part of a message. */
  writeResponse(query: ParsedQuery, items: readonly (ChartDocument | RawItem)[]): WireReply {
    const { id, name } = query.destination;
    const meta = {
      DataModel: 'Media',
      EventType: 'QueryResponse',
      EventDateTime: new Date(this.#clock()).toISOString(),
      Test: query.test,
      Source: { ID: query.sourceId ?? this.#sourceId, Name: SOURCE_NAME },
      Destinations: [{ ID: id, Name: name }],
      Logs: [newLog()],
    };
    const parts: Buffer[] = [Buffer.from(`{"Meta":${JSON.stringify(meta)},"Media":[`)];
    items.forEach((item, at) => {
      if (at > 0) parts.push(COMMA);
      parts.push(this.#print(item));
    });
    parts.push(END);
    const bytes = parts.reduce((sum, part) => sum + part.length, 0);
    if (bytes > MAX_MESSAGE_BYTES) {
      throw new RefusedQuery(413, 'oversize', `The reply of ${bytes} bytes is larger than a message may be.`);
    }
    return { status: 200, headers: JSON_HEADERS, body: Buffer.concat(parts, bytes) };
  }

  #print(item: ChartDocument | RawItem): Buffer {
    if ('raw' in item) return Buffer.from(JSON.stringify(item.raw) ?? 'null');
    let printed = this.#printed.get(item);
    if (printed === undefined) {
      printed = Buffer.from(JSON.stringify(toRedoxItem(item)));
      this.#printed.set(item, printed);
    }
    return printed;
  }
}

/** `body` is the request as far as it could be parsed: Redox repeats its Meta. */
export function writeRefusal({ status, entry }: RefusedQuery, body: unknown): WireReply {
  const sentMeta = typeof body === 'object' && body !== null && 'Meta' in body ? body.Meta : undefined;
  const base = typeof sentMeta === 'object' ? sentMeta : undefined;
  return writeJson(status, { Meta: { ...base, Logs: [newLog()], Errors: [entry] } });
}

/** The 200 to a write contains only its Meta, with Redox's logs: one for each destination. */
export function writeAccepted(body: unknown): WireReply {
  const meta = typeof body === 'object' && body !== null && 'Meta' in body ? body.Meta : undefined;
  const destinations =
    typeof meta === 'object' && meta !== null && 'Destinations' in meta && meta.Destinations;
  const logs = Array.isArray(destinations) ? destinations.map(newLog) : [newLog()];
  return writeJson(200, { Meta: { ...(typeof meta === 'object' ? meta : undefined), Logs: logs } });
}

/** The other form of errors seen at Redox, if there is no message to repeat (bearer token, quota, upload). */
export function writeErrorDetail(status: number, errorDetail: string): WireReply {
  return writeJson(status, { errorDetail });
}

export function writeRawReply({ status, headers, body = '' }: RawReply): WireReply {
  if (typeof body === 'string' || body instanceof Uint8Array)
    return { status, headers: { ...headers }, body };
  const json = writeJson(status, body);
  return { ...json, headers: { ...json.headers, ...headers } };
}

const JSON_HEADERS = { 'content-type': 'application/json; charset=utf-8' };

function writeJson(status: number, body: unknown): WireReply {
  return { status, headers: JSON_HEADERS, body: JSON.stringify(body) ?? 'null' };
}

function newLog() {
  return { ID: randomUUID(), AttemptID: randomUUID() };
}
