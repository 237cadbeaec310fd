/** Sends a response only after its operation has been recorded in the audit trail. */
import { GatewayError } from '../../errors.ts';
import { always, type OperationPlugin } from './operation-plugin.ts';

export function auditOperations(): OperationPlugin {
  return always({
    didResolveOperation({ contextValue, operationName, queryHash }) {
      contextValue.audit?.begin({ name: operationName ?? null, hash: queryHash ?? null });
    },
    async willSendResponse({ contextValue, response }) {
      try {
        await contextValue.audit?.end();
      } catch (error) {
        if (!(error instanceof GatewayError)) throw error;
        const { message, extensions, status } = error;
        response.http.status = status;
        response.body = { kind: 'single', singleResult: { errors: [{ message, extensions }] } };
      }
    },
  });
}
