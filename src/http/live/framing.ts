/**
 * How the messages of a subscription are written into one response. The handler of `graphql-sse` reads ahead of a slow client
 * without a limit, and executes requests by itself, so its protocol is implemented here, with the same steps as the multipart
 * one.
 */
import type { LiveError } from '../../graphql/server/live-results.ts';
import { stringifyWellFormed } from '../../well-formed-json.ts';

export interface Framing {
  readonly contentType: string;
  /** Sent at once: some browsers report a response to the page only when its body has begun. */
  readonly opening: string;
  readonly heartbeat: string;
  /** Proxies close connections on which nothing has been sent for a long time. */
  readonly heartbeatMs: number;
  /** `json`: one result. */
  next(json: string): string;
  /** The last message. It contains errors if the subscription could not go on. */
  complete(errors: readonly LiveError[]): string;
}

/** The distinct-connections mode of GraphQL over SSE. */
export const SSE: Framing = {
  contentType: 'text/event-stream; charset=utf-8',
  opening: ':\n\n',
  heartbeat: ': ping\n\n',
  // As often as graphql-sse does.
  heartbeatMs: 12_000,
  // JSON as it is written here contains no line breaks.
  next: (json) => `event: next\ndata: ${json}\n\n`,
  complete(errors) {
    const last = errors.length === 0 ? '' : SSE.next(stringifyWellFormed({ errors }));
    // With a line of data, since browsers ignore an event without any.
    return `${last}event: complete\ndata:\n\n`;
  },
};

/**
 * A boundary ends each part, and so begins the next one: a client handles a part when it has read the boundary after it. Each
 * boundary is followed either by a part or by the two dashes of the end.
 */
const BOUNDARY = '\r\n--graphql';

/** Apollo's multipart protocol for subscriptions, 1.0. */
export const MULTIPART: Framing = {
  contentType: 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0',
  opening: `${BOUNDARY}${part('{}')}`,
  heartbeat: part('{}'),
  // As often as its specification says.
  heartbeatMs: 5_000,
  next: (json) => part(`{"payload":${json}}`),
  complete(errors) {
    const last = errors.length === 0 ? '' : part(stringifyWellFormed({ payload: null, errors }));
    return `${last}--\r\n`;
  },
};

function part(json: string): string {
  return `\r\ncontent-type: application/json\r\n\r\n${json}${BOUNDARY}`;
}
