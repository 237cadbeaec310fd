/** Settings that limit one request. A request beyond them is refused as a whole, except for the size of its response. */
import { fixed } from './setting.ts';
import { count, integer, sizeBytes } from './value-parsers.ts';

/** The most memory that the body of one request may take. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;
const MAX_NODES = 1_000_000;

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
    'Maximum number of needs of one operation that nothing else in it contains; an operation beyond it is refused. A need is what a field asks of Redox: patients, visits, document types and document ids. `media` contains `media(filter:)` of the same patient.',
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
};
