/** The calls that go on in place of one, or beside it: halves, retries and repetitions, with what is still open of it. */
import { halve, type LongList } from '../planning/cut.ts';
import type { Halving } from '../resilience/halving.ts';
import { UpstreamCall } from './upstream-call.ts';

const AT_ONCE = Number.NEGATIVE_INFINITY;

/** Two calls in place of one that failed, each with half of the list. */
export function splitCall(
  call: UpstreamCall,
  { dimension, values }: LongList,
  half: Halving,
): UpstreamCall[] {
  const { box, openParts: parts, attempt } = call;
  return halve({ box, parts }, dimension, values).map(
    (planned) => new UpstreamCall(planned, { half, attempt, notBefore: AT_ONCE }),
  );
}

/** The same call in place of one that was not taken. */
export function requeueCall({ box, half, attempt, openParts: parts }: UpstreamCall): UpstreamCall {
  return new UpstreamCall({ box, parts }, { half, attempt, notBefore: AT_ONCE });
}

/** The same call once more, at `notBefore`. */
export function retryCall(
  { box, half, attempt, openParts: parts }: UpstreamCall,
  notBefore: number,
): UpstreamCall {
  return new UpstreamCall({ box, parts }, { half, attempt: attempt + 1, notBefore });
}

/** The same call once more, while this one goes on: the two are counterparts. */
export function repeatCall(call: UpstreamCall, as: 'retry' | 'probe'): UpstreamCall {
  const { box, half, openParts: parts } = call;
  const attempt = call.attempt + 1;
  const isProbe = as === 'probe';
  const repetition = new UpstreamCall(
    { box, parts },
    { half, attempt, notBefore: AT_ONCE, isRepetition: true, isProbe },
  );
  call.link(repetition);
  return repetition;
}
