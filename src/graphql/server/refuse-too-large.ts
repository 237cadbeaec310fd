/** An operation that turns out to be too large while it runs is refused as a whole: thousands of errors say no more than one. */
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
      // What is thrown here takes the place of the result, and is then the one error that was encountered.
      const isWrite = operation?.operation === OperationTypeNode.MUTATION;
      throw new GatewayError('BAD_USER_INPUT', { ...refusal.details, ...(isWrite && UNKNOWN) });
    },
  });
}

/** The one error that stands for a result of an operation that turned out to be too large; undefined for all others. */
export function findTooLarge(errors: readonly unknown[]): OperationTooLarge | undefined {
  return errors.map(unwrapError).find((error) => error instanceof OperationTooLarge);
}

/** The result that is dropped may say that a write was accepted. */
const UNKNOWN = { outcome: 'UNKNOWN' } as const;
