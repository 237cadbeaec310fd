/** Tells the context of each operation what it is, that it is over, and how it came out. */
import type { ApolloServerPlugin } from '@apollo/server';
import type { Context } from './context.ts';
import type { Manifest } from './persisted-documents.ts';

export function measureOperations(manifest: Pick<Manifest, 'documents'> | null): ApolloServerPlugin<Context> {
  const listed = new Set(manifest?.documents.values());
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ contextValue, operation, operationName, source }) {
          const name = source !== undefined && listed.has(source) ? operationName : null;
          if (operation !== undefined) contextValue.onResolved?.({ type: operation.operation, name });
        },
        async willSendResponse({ contextValue, response: { body } }) {
          const { data, errors } = body.kind === 'single' ? body.singleResult : body.initialResult;
          contextValue.onEnd?.(data === undefined ? 'refused' : errors ? 'partial' : 'answered');
        },
      };
    },
  };
}
