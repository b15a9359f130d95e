import { Kind, visit, type DocumentNode, BREAK } from 'graphql';
import { checkIntrospection } from '../auth/introspection.js';
import type { RequestContext } from '../context.js';

const asks = new WeakMap<DocumentNode, boolean>();

/**
 * Throws ForbiddenError or UnauthenticatedError for a document that reads the schema, where the caller may not.
 * Documents are parsed once for all callers, so that it cannot be one of their validation rules.
 */
export function refuseIntrospection(document: DocumentNode, context: RequestContext): void {
  if (context.mayIntrospect) return;
  let isAsked = asks.get(document);
  if (isAsked === undefined) asks.set(document, (isAsked = asksForSchema(document)));
  if (isAsked) checkIntrospection(context);
}

/** `__typename` names a type that the answer shows anyway. */
function asksForSchema(document: DocumentNode): boolean {
  let isAsked = false;
  visit(document, {
    [Kind.FIELD](node) {
      if (node.name.value !== '__schema' && node.name.value !== '__type') return undefined;
      isAsked = true;
      return BREAK;
    },
  });
  return isAsked;
}
