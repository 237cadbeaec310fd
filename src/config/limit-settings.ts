/** Settings of what one request may ask; beyond them it is refused as a whole, but for the size of its answer. */
import { fixed } from './setting.ts';
import { count, integer, sizeBytes } from './value-parsers.ts';

/** The largest body that is worth reading into memory for one operation. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;
const MAX_NODES = 1_000_000;

export const LIMITS = {
  tokens: fixed('LIMIT_TOKENS', count, '2000', 'Most tokens in a GraphQL document.'),
  depth: fixed(
    'LIMIT_DEPTH',
    count,
    '12',
    'Most levels of fields in an operation; introspection does not count.',
  ),
  aliases: fixed(
    'LIMIT_ALIASES',
    count,
    '100',
    'Most aliases in an operation, fragments counted where they are spread.',
  ),
  rootFields: fixed('LIMIT_ROOT_FIELDS', count, '50', 'Most fields at the root of an operation.'),
  listEntries: fixed(
    'LIMIT_LIST',
    count,
    '500',
    'Most entries in a list argument, and representations of entities.',
  ),
  nodes: fixed(
    'LIMIT_NODES',
    integer(1, MAX_NODES),
    '20000',
    'Most documents and visits in one answer; beyond it the list that does not fit is refused.',
  ),
  base64Bytes: fixed(
    'LIMIT_BASE64_BYTES',
    sizeBytes,
    '10485760',
    'Most bytes of files that one answer or request carries as base64, so also the most of `maxBytes`; larger ones by `url` and `POST /uploads`.',
  ),
  bodyBytes: fixed(
    'LIMIT_BODY_BYTES',
    integer(1, MAX_BODY_BYTES),
    '262144',
    'Largest request body, in bytes, without the files in it.',
  ),
};
