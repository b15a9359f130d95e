import type { ApolloServerOptionsWithGateway } from '@apollo/server';
import type { GraphQLSchema } from 'graphql';
import type { RequestContext } from '../context.js';
import type { OperationExecutor } from './execute-operation.js';
import type { LiveSchema } from './server.types.js';

/** The way in which Apollo Server takes an executor of one's own, and a schema that is replaced while it runs. */
export function asApolloGateway(
  served: GraphQLSchema | LiveSchema,
  executeOperation: OperationExecutor,
): ApolloServerOptionsWithGateway<RequestContext>['gateway'] {
  const live = 'current' in served ? served : unchanging(served);
  return {
    load: async () => ({
      executor: async ({ document, request, operationName, context }) =>
        executeOperation({
          schema: live.answering(document),
          document,
          variableValues: request.variables ?? null,
          operationName,
          contextValue: context as RequestContext,
        }),
    }),
    onSchemaLoadOrUpdate(take) {
      // The SDL is for Apollo's own reports only.
      take({ apiSchema: live.current(), coreSupergraphSdl: '' });
      return live.onSwap((apiSchema) => take({ apiSchema, coreSupergraphSdl: '' }));
    },
    stop: async () => undefined,
  };
}

function unchanging(schema: GraphQLSchema): Pick<LiveSchema, 'current' | 'answering' | 'onSwap'> {
  return { current: () => schema, answering: () => schema, onSwap: () => () => undefined };
}
