/** Tells the context of each operation that it is over, and how it came out. */
import type { ApolloServerPlugin } from '@apollo/server';
import type { Context } from './context.ts';

export function measureOperations(): ApolloServerPlugin<Context> {
  return {
    async requestDidStart() {
      return {
        async willSendResponse({ contextValue, response: { body } }) {
          const { data, errors } = body.kind === 'single' ? body.singleResult : body.initialResult;
          contextValue.onEnd?.(data === undefined ? 'refused' : errors ? 'partial' : 'answered');
        },
      };
    },
  };
}
