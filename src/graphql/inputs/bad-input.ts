/** The one way to refuse an argument: it names the path and what is wrong with the value, never the value. */
import { GatewayError } from '../../errors.ts';

/** `argument`: the path as a client would write it, e.g. `filter.created.from`. `problem`: one of the gateway's fixed sentences. */
export function badInput(argument: string, problem: string): GatewayError {
  return new GatewayError('BAD_USER_INPUT', { argument, problem });
}
