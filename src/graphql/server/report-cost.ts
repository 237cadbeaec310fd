/** Says what an operation cost: `Age` where a remembered answer was used, and for explorers `extensions.redox`. */
import { always, type OperationPlugin } from './operation-plugin.ts';

/** `toExplorers`: whether those may see it who may see the schema. What an operation cost tells of others: they may have shared it. */
export function reportCost({ toExplorers }: { readonly toExplorers: boolean }): OperationPlugin {
  return always({
    willSendResponse({ contextValue: { cost }, response: { http, body } }) {
      if (cost === undefined) return;
      const { ageSeconds } = cost;
      if (ageSeconds !== null) http.headers.set('age', String(ageSeconds));
      if (!toExplorers) return;
      const result = body.kind === 'single' ? body.singleResult : body.initialResult;
      result.extensions = { ...result.extensions, redox: cost.describe() };
    },
  });
}
