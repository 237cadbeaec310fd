/** Executes one event of a subscription as a query is executed: with limits of its own, masked, and audited before it leaves. */
import { type ExecutionArgs, type ExecutionResult, execute, type GraphQLFormattedError } from 'graphql';
import { GatewayError } from '../../errors.ts';
import type { Context } from './context.ts';
import { findTooLarge } from './refuse-too-large.ts';

export interface EventExecution {
  readonly mask: (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;
  readonly stringify: (response: object) => string | Promise<string>;
}

export interface LiveEvent {
  readonly event: unknown;
  /** What the audit trail is told of the operation. */
  readonly audited: { readonly name: string | null; readonly hash: string | null };
}

/** Resolves to its result as JSON. Rejects when it may not leave. */
export async function executeEvent(
  args: ExecutionArgs,
  subscription: Context,
  { event, audited }: LiveEvent,
  parts: EventExecution,
): Promise<string> {
  const contextValue = subscription.forEvent?.() ?? subscription;
  contextValue.audit?.begin(audited);
  const { data, errors } = masked(await execute({ ...args, rootValue: event, contextValue }), parts);
  // It ends before the payload leaves: an event that is in no audit trail is not delivered.
  await contextValue.audit?.end();
  contextValue.onEnd?.(data === undefined ? 'refused' : errors ? 'partial' : 'answered');
  return parts.stringify({ errors, data });
}

interface MaskedResult {
  readonly data?: unknown;
  readonly errors?: readonly GraphQLFormattedError[];
}

function masked({ data, errors }: ExecutionResult, { mask }: EventExecution): MaskedResult {
  if (errors === undefined) return { data };
  const refusal = findTooLarge(errors);
  if (refusal === undefined) return { data, errors: errors.map((error) => mask(error.toJSON(), error)) };
  const { message, extensions } = new GatewayError('BAD_USER_INPUT', refusal.details);
  return { errors: [{ message, extensions }] };
}
