import { execute, GraphQLError, OperationTypeNode, type ExecutionResult, type GraphQLSchema } from 'graphql';
import type { RequestContext } from '../context.js';
import { NotFoundError, RequestRefusedError } from '../errors.js';
import { EventTurns, subscribeWithFreshContexts } from '../server/fresh-subscription.js';
import type { Tracing } from '../tracing/traced.js';
import type { GraphExecutor } from './federation.types.js';

/**
 * Foyer's own graph as one of the supergraph's, in this process: all questions of one operation share its context, and
 * with it the loaders. `renew` makes a context for each event of a subscription.
 */
export function createOwnExecutor(
  schema: GraphQLSchema,
  renew: (context: RequestContext) => RequestContext,
  tracing?: Tracing,
): GraphExecutor {
  const turns = new EventTurns();
  return async ({ document, variables, context, kind }) => {
    const args = { schema, document, variableValues: variables, contextValue: context };
    if (kind !== OperationTypeNode.SUBSCRIPTION) return withMissing(refusals(await execute(args)));
    const events = await subscribeWithFreshContexts(args, {
      createContext: () => renew(context),
      turns,
      tracing,
    });
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

/** By key: `_entities` under whatever alias the library asked for it. */
const ENTITIES = /_entities$/;

/**
 * What a partner refers to may be gone. Null alone would fail the fields that may not be null with words about us; with
 * an error the reference itself is null, and its caller is told why.
 */
function withMissing(result: ExecutionResult): ExecutionResult {
  const errors = Object.entries(result.data ?? {})
    .filter(([key, entities]) => ENTITIES.test(key) && Array.isArray(entities))
    .flatMap(([key, entities]) =>
      (entities as readonly unknown[]).flatMap((entity, index) => (entity === null ? [[key, index]] : [])),
    )
    .filter((path) => !result.errors?.some((error) => error.path?.slice(0, 2).join() === path.join()))
    .map((path) => {
      const originalError = new NotFoundError('What is referred to here is not, or no longer, in our graph');
      return new GraphQLError(originalError.message, { originalError, path });
    });
  return errors.length === 0 ? result : { ...result, errors: [...(result.errors ?? []), ...errors] };
}
