/**
 * All that the gateway does in Apollo Server's pipeline, as one plugin. Apollo Server awaits every hook of every plugin, and makes
 * promises for each that it finds: a dozen plugins took a fifth of the CPU of a small operation, though hardly any has to wait.
 */
import type {
  ApolloServerPlugin,
  GraphQLRequest,
  GraphQLRequestContext,
  GraphQLRequestContextDidEncounterErrors,
  GraphQLRequestContextDidResolveOperation,
  GraphQLRequestContextResponseForOperation,
  GraphQLRequestContextWillSendResponse,
  GraphQLRequestListener,
  GraphQLResponse,
} from '@apollo/server';
import type { Context } from './context.ts';

/** What one of them does with an operation. The names, and what may be thrown, are those of Apollo Server's hooks. */
export interface OperationHooks {
  /** The document has been parsed, and not been validated yet. It may put another document in its place. */
  didParse?(context: GraphQLRequestContext<Context>): void;
  didResolveOperation?(context: GraphQLRequestContextDidResolveOperation<Context>): void;
  /** The operation fails as a whole. Errors at fields are told by `willSendResponse` alone. */
  didEncounterErrors?(context: GraphQLRequestContextDidEncounterErrors<Context>): void;
  /** Undefined: it is not this one's to answer. Null: none may answer it, and Apollo Server executes it. */
  responseForOperation?(
    context: GraphQLRequestContextResponseForOperation<Context>,
  ): Promise<GraphQLResponse | null> | undefined;
  /** A promise only where something is waited for. */
  willSendResponse?(context: GraphQLRequestContextWillSendResponse<Context>): Promise<void> | undefined;
}

/** Is called for every request before anything of it is read, and may change it. Undefined: it has nothing to do with this one. */
export type OperationPlugin = (request: GraphQLRequest) => OperationHooks | undefined;

/** The same hooks for every request. */
export function always(hooks: OperationHooks): OperationPlugin {
  return () => hooks;
}

/** Their hooks are called in this order. */
export function asOnePlugin(plugins: readonly OperationPlugin[]): ApolloServerPlugin<Context> {
  return {
    async requestDidStart({ request }) {
      const all: OperationHooks[] = [];
      for (const plugin of plugins) {
        const hooks = plugin(request);
        if (hooks !== undefined) all.push(hooks);
      }
      return new OperationListener(all);
    },
  };
}

class OperationListener implements GraphQLRequestListener<Context> {
  readonly #all: readonly OperationHooks[];

  constructor(all: readonly OperationHooks[]) {
    this.#all = all;
  }

  async parsingDidStart(context: GraphQLRequestContext<Context>) {
    return async (error?: Error) => {
      if (error === undefined) callAll(this.#all, (hooks) => hooks.didParse?.(context));
    };
  }

  async didResolveOperation(context: GraphQLRequestContextDidResolveOperation<Context>): Promise<void> {
    callAll(this.#all, (hooks) => hooks.didResolveOperation?.(context));
  }

  async didEncounterErrors(context: GraphQLRequestContextDidEncounterErrors<Context>): Promise<void> {
    callAll(this.#all, (hooks) => hooks.didEncounterErrors?.(context));
  }

  async responseForOperation(
    context: GraphQLRequestContextResponseForOperation<Context>,
  ): Promise<GraphQLResponse | null> {
    for (const hooks of this.#all) {
      const response = hooks.responseForOperation?.(context);
      if (response !== undefined) return response;
    }
    return null;
  }

  async willSendResponse(context: GraphQLRequestContextWillSendResponse<Context>): Promise<void> {
    const waiting: Promise<void>[] = [];
    callAll(this.#all, (hooks) => {
      const promise = hooks.willSendResponse?.(context);
      if (promise !== undefined) waiting.push(promise);
    });
    await Promise.all(waiting);
  }
}

/**
 * Calls all, also where one of them refuses the operation: the audit trail holds what was refused, too. What was thrown first is thrown.
 */
function callAll(all: readonly OperationHooks[], call: (hooks: OperationHooks) => void): void {
  const thrown: unknown[] = [];
  for (const hooks of all) {
    try {
      call(hooks);
    } catch (error) {
      thrown.push(error);
    }
  }
  if (thrown.length > 0) throw thrown[0];
}
