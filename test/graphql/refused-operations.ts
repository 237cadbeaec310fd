/** Operations that are refused as a whole, for what they ask. */
import { expect } from 'vitest';
import { postOperation, type TestGateway } from '../support/gateway.ts';

export type OperationBody = { query: string; variables?: Record<string, unknown>; operationName?: string };

/** Refused with 400 whatever the caller reads, without a call, in words that hold no number and nothing of the caller's. */
export async function expectRefusedBy(
  gateway: TestGateway,
  body: OperationBody,
  argument: string,
  problem: string,
): Promise<void> {
  const calls = await gateway.countCalls(async () => {
    for (const accept of ['application/json', 'application/graphql-response+json', '*/*']) {
      const { status, data, errors } = await postOperation(gateway.url, body, { accept });
      expect({ status, data }).toEqual({ status: 400, data: undefined });
      expect(errors).toEqual([
        {
          message: 'An argument of this field is not acceptable.',
          extensions: { code: 'BAD_USER_INPUT', argument, problem, retryable: false },
        },
      ]);
    }
  });
  expect(calls).toBe(0);
}
