import type { GraphQLResolveInfo } from 'graphql';
import type { RequestContext } from '../../context.js';
import type { GlobalId } from '../../domain/ids.js';
import { ContactType } from './contact.types.js';
import { selectedParts } from './selected-parts.js';

/**
 * The contact with the parts that the operation asks for, read together with all others of the operation; null when
 * S-360 knows no such contact. Throws ForbiddenError where the point of sales gives no access to contact files.
 */
export async function findContact(
  context: RequestContext,
  id: GlobalId,
  info: GraphQLResolveInfo,
): Promise<ContactType | null> {
  const owner = context.institutions.get(id.institution);
  if (owner === undefined) return null;
  context.contacts.checkAccess(owner.code);
  const record = await context.loaders.contact(id, selectedParts(info));
  return record === null ? null : new ContactType(owner, record);
}

/**
 * The same for a contact that is known to be there: what asks for its number alone asks S-360 nothing. `path` leads
 * from the field to the contact.
 */
export async function contactOf(
  context: RequestContext,
  id: GlobalId,
  info: GraphQLResolveInfo,
  path: readonly string[] = [],
): Promise<ContactType | null> {
  const owner = context.institutions.get(id.institution);
  if (owner === undefined) return null;
  const parts = selectedParts(info, [path]);
  if (parts.size === 0) return new ContactType(owner, { number: id.s360Id });
  context.contacts.checkAccess(owner.code);
  const record = await context.loaders.contact(id, parts);
  return record === null ? null : new ContactType(owner, record);
}
