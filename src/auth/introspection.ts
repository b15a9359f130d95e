import type { Caller } from '../domain/caller.js';
import { ForbiddenError, UnauthenticatedError } from '../errors.js';

/** Who may read the schema: everybody, whoever has the scope `operator`, or nobody. */
export type IntrospectionSetting = 'everybody' | 'operators' | 'nobody';

export function mayIntrospect(setting: IntrospectionSetting, { scopes }: Caller): boolean {
  return setting === 'everybody' || (setting === 'operators' && scopes.has('operator'));
}

/** Throws ForbiddenError, or UnauthenticatedError where no credential was given. */
export function checkIntrospection(asks: { readonly caller: Caller; readonly mayIntrospect: boolean }): void {
  if (asks.mayIntrospect) return;
  const need =
    'The schema is not open to this caller: reading it needs the scope operator, where it is open at all';
  throw asks.caller.isAnonymous ? new UnauthenticatedError(need) : new ForbiddenError(need);
}
