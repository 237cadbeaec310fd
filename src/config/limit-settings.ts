/** Settings that limit one request. A request that exceeds them is refused as a whole, except for the size of its response. */
import { fixed } from './setting.ts';
import { count, integer, sizeBytes } from './value-parsers.ts';

/** The maximum memory for the body of one request. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;
const MAX_NODES = 1_000_000;
/** The maximum number of connections of the listener. */
const MAX_SUBSCRIPTIONS = 10_000;
/** The default of REDOX_EVENTS_KEPT: a client that needs more continues after its cursor. */
const MAX_BUFFERED_EVENTS = 10_000;

export const LIMITS = {
  queryBytes: fixed(
    'LIMIT_QUERY_BYTES',
    integer(1, MAX_BODY_BYTES),
    '32768',
    'Maximum number of bytes of the text of a GraphQL document; texts of `PERSISTED_DOCUMENTS` that are sent by their id are not counted.',
  ),
  tokens: fixed('LIMIT_TOKENS', count, '2000', 'Maximum number of tokens in a GraphQL document.'),
  depth: fixed(
    'LIMIT_DEPTH',
    count,
    '12',
    'Maximum depth of fields in an operation; introspection is not counted.',
  ),
  aliases: fixed(
    'LIMIT_ALIASES',
    count,
    '100',
    'Maximum number of aliases in an operation; a fragment counts wherever it is spread.',
  ),
  rootFields: fixed(
    'LIMIT_ROOT_FIELDS',
    count,
    '50',
    'Maximum number of fields at the root of an operation.',
  ),
  listEntries: fixed(
    'LIMIT_LIST',
    count,
    '500',
    'Maximum number of entries in a list argument, and of representations in `_entities`.',
  ),
  needs: fixed(
    'LIMIT_NEEDS',
    count,
    '2000',
    'Maximum number of needs of one operation, without those that another need of the operation contains; an operation with more is refused. A need is what a field queries Redox for: patients, visits, document types and document ids. `media` contains `media(filter:)` of the same patient.',
  ),
  nodes: fixed(
    'LIMIT_NODES',
    integer(1, MAX_NODES),
    '20000',
    'Maximum number of documents and visits in one response; a list beyond it is refused.',
  ),
  base64Bytes: fixed(
    'LIMIT_BASE64_BYTES',
    sizeBytes,
    '10485760',
    'Maximum number of bytes of files in base64 in one response or request, and so the maximum of `maxBytes`. Larger files use `url` and `POST /uploads`.',
  ),
  bodyBytes: fixed(
    'LIMIT_BODY_BYTES',
    integer(1, MAX_BODY_BYTES),
    '262144',
    'Maximum size of a request body in bytes, without the files in it.',
  ),
  subscriptions: fixed(
    'LIMIT_SUBSCRIPTIONS',
    integer(1, MAX_SUBSCRIPTIONS),
    '5000',
    'Maximum number of subscriptions that are open at once, of all callers of this process; a further one is `OVERLOADED`. Each holds a connection.',
  ),
  subscriptionsPerCaller: fixed(
    'LIMIT_SUBSCRIPTIONS_PER_CALLER',
    integer(1, MAX_SUBSCRIPTIONS),
    '2000',
    'Maximum number of subscriptions of one caller (subject and client) that are open at once; a further one is `RATE_LIMITED`. A router that subscribes for its clients with one token is one caller.',
  ),
  bufferedEvents: fixed(
    'LIMIT_BUFFERED_EVENTS',
    integer(1, MAX_BUFFERED_EVENTS),
    '1000',
    'Maximum number of events that wait for the client of one subscription; one that reads more slowly is ended with `OVERLOADED` and the cursor after which it continues.',
  ),
};
