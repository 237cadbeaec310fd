/** Reports the kind and the outcome of each operation to its context. */
import { always, type OperationPlugin } from './operation-plugin.ts';
import type { Manifest } from './persisted-documents.ts';

export function measureOperations(manifest: Pick<Manifest, 'documents'> | null): OperationPlugin {
  const listed = new Set(manifest?.documents.values());
  return always({
    didResolveOperation({ contextValue, operation, operationName, source }) {
      const name = source !== undefined && listed.has(source) ? operationName : null;
      if (operation !== undefined) contextValue.onResolved?.({ type: operation.operation, name });
    },
    willSendResponse({ contextValue, response: { body } }) {
      const { data, errors } = body.kind === 'single' ? body.singleResult : body.initialResult;
      contextValue.onEnd?.(data === undefined ? 'refused' : errors ? 'partial' : 'answered');
    },
  });
}
