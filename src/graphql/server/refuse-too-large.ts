/**
 * Refuses an operation as a whole if it turns out to be too large while it is executed: thousands of errors would say no more
 * than one.
 */
import { OperationTypeNode } from 'graphql';
import { GatewayError, OperationTooLarge } from '../../errors.ts';
import { unwrapError } from './mask-error.ts';
import { always, type OperationPlugin } from './operation-plugin.ts';

export function refuseTooLarge(): OperationPlugin {
  return always({
    didEncounterErrors({ errors, operation, response }) {
      const refusal = findTooLarge(errors);
      if (refusal === undefined) return;
      response.http.status = 400;
      // An error thrown here replaces the result, and becomes the one error of the operation.
      const isWrite = operation?.operation === OperationTypeNode.MUTATION;
      throw new GatewayError('BAD_USER_INPUT', { ...refusal.details, ...(isWrite && UNKNOWN) });
    },
  });
}

/** The one error for a result of an operation that turned out to be too large; undefined for all other results. */
export function findTooLarge(errors: readonly unknown[]): OperationTooLarge | undefined {
  return errors.map(unwrapError).find((error) => error instanceof OperationTooLarge);
}

/** The dropped result may contain an accepted write. */
const UNKNOWN = { outcome: 'UNKNOWN' } as const;
