import type { Caller, Scope } from '../domain/caller.js';
import { ForbiddenError, UnauthenticatedError } from '../errors.js';
import type { AccessRule } from './access-rules.js';

/**
 * Throws ForbiddenError when none of the caller's scopes is enough for `what`; UnauthenticatedError when there was no
 * credential at all, as one may help.
 */
export function checkAccess(caller: Caller, rule: AccessRule, what: string): void {
  if (rule === 'inherited' || rule === 'public') return;
  const scopes: readonly Scope[] = typeof rule === 'string' ? [rule] : rule;
  if (scopes.some((scope) => caller.scopes.has(scope))) return;
  const need = `${what} needs the scope ${scopes.join(' or ')}`;
  throw caller.isAnonymous ? new UnauthenticatedError(need) : new ForbiddenError(need);
}
