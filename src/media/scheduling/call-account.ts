/** What is told of one upstream call to those that account for it: it grows until the call is over. */
import { randomUUID } from 'node:crypto';
import type { CallIds } from '../model/outcome.ts';

export class CallAccount implements CallIds {
  readonly id = randomUUID();
  logIds: readonly string[] = [];
  traceId: string | null = null;
  bytes?: number;
  query?: string;

  /** It may have reached Redox. `query`: the body of the request, where it is shown; else null. */
  recordSent(query: string | null): void {
    this.bytes = 0;
    if (query !== null) this.query = query;
  }

  /** It is over. `bytes`: of its reply; absent where there is none. */
  recordEnd({
    logIds = [],
    traceId = null,
    bytes,
  }: Partial<Pick<CallIds, 'logIds' | 'traceId' | 'bytes'>>): void {
    this.logIds = logIds;
    this.traceId = traceId;
    if (bytes !== undefined) this.bytes = bytes;
  }
}
