/** What an Accept header says of streams: nothing that cannot be read, and no other type with a similar name. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readAcceptedStreams } from '../../../src/http/live/accepted-streams.ts';

test.each([
  ['text/event-stream', ['sse'], false],
  ['TEXT/EVENT-STREAM; charset=utf-8', ['sse'], false],
  ['text/event-stream, application/json', ['sse'], true],
  ['application/json;q=0, text/event-stream', ['sse'], false],
  ['*/*, text/event-stream;q=0.5', ['sse'], true],
  ['multipart/mixed;subscriptionSpec="1.0", application/json', ['multipart'], true],
  ['multipart/mixed;boundary="a,b";SUBSCRIPTIONSPEC=1.0', ['multipart'], false],
  ['text/event-stream, multipart/mixed;subscriptionSpec=1.0', ['sse', 'multipart'], false],
  ['application/json;callbackSpec=1.0; charset=utf-8', ['callback'], false],
  ['application/json;callbackSpec=1.0, application/json', ['callback'], true],
])('%s', (accept, kinds, takesJson) => {
  expect(readAcceptedStreams(accept)).toEqual({ kinds, takesJson });
});

test.each([
  undefined,
  '',
  'application/json',
  '*/*',
  'text/*',
  'text/event-stream;q=0',
  'text/event-streams',
  'x-text/event-stream-like',
  'multipart/mixed',
  'multipart/mixed;deferSpec=20220824',
  'multipart/mixed;subscriptionSpec=2.0',
  'multipart/form-data;subscriptionSpec=1.0',
  'application/json;callbackSpec=2.0',
  'application/json;note="text/event-stream"',
])('%s names none', (accept) => {
  expect(readAcceptedStreams(accept)).toBeNull();
});

test('whatever the header is, it is read', () => {
  const piece = fc.constantFrom(
    'text/event-stream',
    ',',
    ';',
    '"',
    '\\',
    'q=0',
    'subscriptionSpec=1.0',
    ' ',
    '*/*',
  );
  const header = fc.oneof(
    fc.string(),
    fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join('')),
  );
  fc.assert(
    fc.property(header, (accept) => {
      const accepted = readAcceptedStreams(accept);
      return accepted === null || accepted.kinds.length > 0;
    }),
  );
});
