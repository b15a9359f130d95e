import { execute, GraphQLError, OperationTypeNode, type ExecutionResult, type GraphQLSchema } from 'graphql';
import type { RequestContext } from '../context.js';
import { RequestRefusedError } from '../errors.js';
import { subscribeWithFreshContexts } from '../server/fresh-subscription.js';
import type { GraphExecutor } from './federation.types.js';

/**
 * Foyer's own graph as one of the supergraph's, in this process: all questions of one operation share its context, and
 * with it the loaders. `renew` makes a context for each event of a subscription.
 */
export function createOwnExecutor(
  schema: GraphQLSchema,
  renew: (context: RequestContext) => RequestContext,
): GraphExecutor {
  return async ({ document, variables, context, kind }) => {
    const args = { schema, document, variableValues: variables, contextValue: context };
    if (kind !== OperationTypeNode.SUBSCRIPTION) return refusals(await execute(args));
    const events = await subscribeWithFreshContexts(args, () => renew(context));
    return Symbol.asyncIterator in events ? events : refusals(events);
  };
}

/** An error without a path is about the values handed on: told apart here, as the supergraph gives each one a path. */
function refusals(result: ExecutionResult): ExecutionResult {
  const refused = result.errors?.find(({ path }) => path === undefined);
  if (refused === undefined) return result;
  const { message } = refused;
  return { errors: [new GraphQLError(message, { originalError: new RequestRefusedError(message) })] };
}
