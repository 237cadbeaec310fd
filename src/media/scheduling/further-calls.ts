/** Creates the calls that continue another one: halves, retries and repetitions, each with the parts that are still open. */
import { halve, type LongList } from '../planning/cut.ts';
import type { Halving } from '../resilience/halving.ts';
import { UpstreamCall } from './upstream-call.ts';

const AT_ONCE = Number.NEGATIVE_INFINITY;

/** Creates two calls in place of one that failed, each with half of the list. */
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

/** Creates the same call in place of one that Redox did not accept (429). */
export function requeueCall({ box, half, attempt, openParts: parts }: UpstreamCall): UpstreamCall {
  return new UpstreamCall({ box, parts }, { half, attempt, notBefore: AT_ONCE });
}

/** Creates the retry of a call, which may not be sent before `notBefore`. */
export function retryCall(
  { box, half, attempt, openParts: parts }: UpstreamCall,
  notBefore: number,
): UpstreamCall {
  return new UpstreamCall({ box, parts }, { half, attempt: attempt + 1, notBefore });
}

/** Creates the same call while the original is still in flight; the two are counterparts of each other. */
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
