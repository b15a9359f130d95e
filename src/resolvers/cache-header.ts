import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { RequestContext } from '../context.js';
import { dueOf } from './answer-age.js';
import { cacheHintOf } from './cache-hints.js';

export interface AnsweredOperation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly context: Pick<RequestContext, 'caller' | 'institutions' | 'loaders' | 'now'>;
}

/**
 * The `Cache-Control` header of an answer without errors: kept no longer than the schema's hints say, nor than until
 * the first of its parts is due to be known better; not at all when one of them is older than it should be.
 */
export function cacheHeaderOf({ schema, document, operation, context }: AnsweredOperation): string {
  const hint = cacheHintOf(schema, document, operation);
  if (hint.isPersonal) return 'private, no-store';
  const dueInMs = hint.maxAge === 0 ? 0 : firstDue(context) - context.now();
  const seconds = Math.min(hint.maxAge, Math.floor(dueInMs / 1000));
  if (seconds <= 0) return 'no-store';
  // What a caller sees may be more than others do: only what needs no credential is for caches that serve them all.
  return `max-age=${seconds}, ${context.caller.isAnonymous ? 'public' : 'private'}`;
}

/** Of the parts that the operation noted, and of every catalog: which ones it looked into is not noted. */
function firstDue(context: AnsweredOperation['context']): number {
  const ofCatalogs = [...context.institutions.values()].map(({ catalog }) => {
    const { staleReason, nextRefreshAt } = catalog.freshness();
    return staleReason === null ? (nextRefreshAt ?? Infinity) : 0;
  });
  return Math.min(dueOf(context) ?? Infinity, ...ofCatalogs);
}
