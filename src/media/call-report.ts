/** A call in the words of the core's events. */
import { GatewayError } from '../errors.ts';
import { nameOfTreatment } from '../redox/contents.ts';
import type { Call } from './call.ts';
import type { CallEnd, CallStart } from './events.ts';
import { explain } from './plan.ts';

export type CallCounts = Pick<CallEnd, 'bytes' | 'items' | 'strangers' | 'given'>;

/** Of a call that was not answered. */
export const NOTHING: CallCounts = { bytes: 0, items: 0, strangers: 0, given: 0 };

/** `now`: in the time that needs were asked in. */
export function describeStart(destination: string, call: Call, now: number): CallStart {
  const { files, wanted } = call;
  const waitedMs = now - Math.min(...wanted.map(({ owner }) => owner.askedAt));
  const [reading, needs] = [explain([call]), wanted.length];
  return { destination, reading, needs, files: nameOfTreatment(files), waitedMs };
}

export function outcomeOf(call: Call, fault: unknown): CallEnd['outcome'] {
  if (call.signal.aborted) return 'cancelled';
  return fault instanceof GatewayError ? fault.code : 'INTERNAL_SERVER_ERROR';
}
