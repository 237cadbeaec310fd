/** A token that is not granted is one line in the log, which says what Redox responded and nothing of the credentials. */
import { expect, test } from 'vitest';
import { RedoxError } from '../../src/redox/redox-error.ts';
import { createLog } from '../../src/telemetry/log.ts';

test.each([
  [
    new RedoxError('UPSTREAM_REJECTED', { status: 401, traceId: 'trace-1' }),
    { code: 'UPSTREAM_REJECTED', status: 401, traceId: 'trace-1' },
  ],
  [new RedoxError('UPSTREAM_UNAVAILABLE'), { code: 'UPSTREAM_UNAVAILABLE', status: null }],
  [new Error('SYN-SECRET'), { code: 'INTERNAL_SERVER_ERROR', status: null }],
])('%s', (error, expected) => {
  const lines: string[] = [];
  const log = createLog('info', { write: (line) => void lines.push(line) });
  log.tokenNotGranted({ error });
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { level: 50, time: expect.any(String), event: 'token-not-granted', ...expected },
  ]);
});
