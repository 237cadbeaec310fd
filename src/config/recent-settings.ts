/** Settings for remembered answers of Redox: for how long, in how much memory, and how old an answer may be by default. */
import { fixed } from './setting.ts';
import { integer } from './value-parsers.ts';

/** A day. Rights, and the tokens that state them, are rarely valid for longer, and no answer is used after its token expired. */
const MAX_SECONDS = 86_400;

/** A terabyte: a larger number is a typing error. What the process may really use is checked separately. */
const MAX_BYTES = 2 ** 40;

export const RECENT = {
  seconds: fixed(
    'RECENT_SECONDS',
    integer(0, MAX_SECONDS),
    '120',
    'How long an answer of Redox is remembered, in seconds. Cursors and content links are served from remembered answers, and so are operations that accept an answer of some age. 0: nothing is remembered beyond one operation.',
  ),
  bytes: fixed(
    'RECENT_BYTES',
    integer(0, MAX_BYTES),
    '67108864',
    "Maximum number of bytes of remembered answers, without files; the least recently used one is forgotten first. At most half of what the JavaScript heap of the process may hold (Node's `--max-old-space-size`).",
  ),
  fileBytes: fixed(
    'RECENT_FILE_BYTES',
    integer(0, MAX_BYTES),
    '134217728',
    'Maximum number of bytes of files that are kept for content links. Together with `RECENT_BYTES`, at most half of the memory of the machine or container.',
  ),
  maxAgeSeconds: fixed(
    'MAX_AGE_SECONDS',
    integer(0, MAX_SECONDS),
    '0',
    'How old a remembered answer may be, in seconds, for requests without `Cache-Control`, at most `RECENT_SECONDS`. 0: Redox is queried.',
  ),
};
