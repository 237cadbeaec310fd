/** Says what an operation cost: `Age` where a remembered answer was used, and for explorers `extensions.redox`. */
import type { ApolloServerPlugin } from '@apollo/server';
import type { Context } from './context.ts';

/** `toExplorers`: whether those may see it who may see the schema. What an operation cost tells of others: they may have shared it. */
export function reportCost({ toExplorers }: { readonly toExplorers: boolean }): ApolloServerPlugin<Context> {
  return {
    async requestDidStart() {
      return {
        async willSendResponse({ contextValue: { cost }, response: { http, body } }) {
          if (cost === undefined) return;
          const { ageSeconds } = cost;
          if (ageSeconds !== null) http.headers.set('age', String(ageSeconds));
          if (!toExplorers) return;
          const result = body.kind === 'single' ? body.singleResult : body.initialResult;
          result.extensions = { ...result.extensions, redox: cost.describe() };
        },
      };
    },
  };
}
