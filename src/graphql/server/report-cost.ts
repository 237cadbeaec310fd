/**
 * Reports what an operation cost: `Age` if a remembered answer was used, and `extensions.redox` for callers who may see the
 * schema.
 */
import { always, type OperationPlugin } from './operation-plugin.ts';

/**
 * `showsCost`: whether callers may see the schema, and so the cost. The cost of an operation reveals something about others
 * that shared its calls.
 */
export function reportCost({ showsCost }: { readonly showsCost: boolean }): OperationPlugin {
  return always({
    willSendResponse({ contextValue: { cost }, response: { http, body } }) {
      if (cost === undefined) return;
      const { ageSeconds } = cost;
      if (ageSeconds !== null) http.headers.set('age', String(ageSeconds));
      if (!showsCost) return;
      const result = body.kind === 'single' ? body.singleResult : body.initialResult;
      result.extensions = { ...result.extensions, redox: cost.describe() };
    },
  });
}
