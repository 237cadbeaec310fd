/** Entries of tests. */
import type { Access } from '../../src/audit/access.ts';

/** `items` tells it from others. */
export const access = (items: number): Access => ({
  time: '2026-03-04T15:20:11.402Z',
  operation: { name: null, hash: null, event: 'Query' },
  subject: null,
  client: null,
  address: '127.0.0.1',
  destination: 'general',
  patient: null,
  outcome: 'answered',
  code: null,
  items,
  redoxLogIds: [],
  calls: [],
  durationMs: 1,
});
