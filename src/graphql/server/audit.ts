/** A response leaves only when its operation is in the audit trail. */
import type { ApolloServerPlugin } from '@apollo/server';
import { GatewayError } from '../../errors.ts';
import type { Context } from './context.ts';

export interface AuditOptions {
  /** What happens to responses while the trail cannot be written. */
  readonly onFailure: 'refuse' | 'continue';
  readonly report: (event: { readonly error: unknown }) => void;
}

export function auditOperations({ onFailure, report }: AuditOptions): ApolloServerPlugin<Context> {
  return {
    async requestDidStart() {
      return {
        async willSendResponse({ contextValue, operationName, queryHash, response }) {
          try {
            await contextValue.recordAccesses?.({
              name: operationName ?? null,
              hash: queryHash ?? null,
            });
          } catch (error) {
            report({ error });
            if (onFailure === 'continue') return;
            const { message, extensions } = new GatewayError('OVERLOADED');
            response.http.status = 503;
            response.body = { kind: 'single', singleResult: { errors: [{ message, extensions }] } };
          }
        },
      };
    },
  };
}
