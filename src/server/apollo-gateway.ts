import type { ApolloServerOptionsWithGateway } from '@apollo/server';
import { execute } from 'graphql';
import type { RequestContext } from '../context.js';
import { MAX_VALIDATION_ERRORS } from './query-limits.js';
import type { LiveSchema } from './server.types.js';

export const EXECUTION_OPTIONS = { maxCoercionErrors: MAX_VALIDATION_ERRORS };

/** The way in which Apollo Server takes a schema that is replaced while it runs. */
export function asApolloGateway(live: LiveSchema): ApolloServerOptionsWithGateway<RequestContext>['gateway'] {
  return {
    load: async () => ({
      executor: async ({ document, request, operationName, context }) =>
        execute({
          schema: live.answering(document),
          document,
          variableValues: request.variables ?? null,
          operationName,
          contextValue: context,
          options: EXECUTION_OPTIONS,
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
