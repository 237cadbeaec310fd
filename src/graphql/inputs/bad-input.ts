/** The one way to refuse an argument: by its path and what is wrong with it, never by its value. */
import { GatewayError } from '../../errors.ts';

/** `argument`: as the caller would write the path, e.g. `filter.created.from`. `problem`: fixed words of ours. */
export function badInput(argument: string, problem: string): GatewayError {
  return new GatewayError('BAD_USER_INPUT', { argument, problem });
}
