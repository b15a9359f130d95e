import { whyRefused } from '../../datasources/contacts.js';
import type { ContactRefusalReason, ContactSource } from '../../datasources/contacts.types.js';
import { ALL_CONTACT_PARTS, INACTIVE, type Contact } from '../../domain/contact.js';
import { parseGlobalId, type GlobalId } from '../../domain/ids.js';
import { InvalidInputError, UpstreamFaultError } from '../../errors.js';
import { contactRefusal, type InputPath } from './contact-refusals.js';
import type { ContactOutcome, ContactRefusal } from './contacts.types.js';

export const KEY_CONFLICT = contactRefusal(
  'IDEMPOTENCY_CONFLICT',
  ['clientRequestId'],
  'This clientRequestId was used before, with another input',
);

/** What `path` names is not there, or is another institution's. */
export function notFound(path: InputPath): ContactRefusal {
  return contactRefusal('NOT_FOUND', path, `There is nothing that \`${path.join('.')}\` names`);
}

export function notAllowed(path: InputPath, institution: string, what: string): ContactRefusal {
  return contactRefusal('WRONG_STATE', path, `The point of sales of ${institution} ${what}`);
}

export function malformed(error: unknown, path: InputPath): ContactRefusal {
  if (error instanceof InvalidInputError) return contactRefusal('INVALID_INPUT', path, error.message);
  throw error;
}

/** An address goes by a public id too, and belongs to the institution of its contact. */
export function ownAddress(
  contact: GlobalId | null,
  id: string,
): { readonly id: string; readonly refusals: readonly ContactRefusal[] } {
  try {
    const { institution, s360Id } = parseGlobalId('addressId', id);
    const isForeign = contact !== null && contact.institution !== institution;
    return { id: s360Id, refusals: isForeign ? [notFound(['addressId'])] : [] };
  } catch (error) {
    return { id: '', refusals: [malformed(error, ['addressId'])] };
  }
}

/** The contact as it is now, unless it is not there or deleted. */
export async function readForChange(
  source: ContactSource,
  { s360Id }: GlobalId,
  path: InputPath,
): Promise<{ readonly record: Contact } | (ContactOutcome & { readonly contact: null })> {
  const [record] = await source.byNumbers([s360Id], ALL_CONTACT_PARTS);
  if (record === undefined || record === null) return refused([notFound(path)]);
  if (record.state !== INACTIVE) return { record };
  return refused([
    contactRefusal('WRONG_STATE', path, 'The contact was deleted: it can be read, not changed'),
  ]);
}

type Paths = Partial<Record<ContactRefusalReason, InputPath>>;

/** Runs `act`; what S-360 refuses becomes a refusal of the value that `paths` has for the reason. */
export async function withRefusals(
  act: () => Promise<ContactOutcome>,
  paths: Paths,
): Promise<ContactOutcome> {
  try {
    return await act();
  } catch (error) {
    return refused([refusalOf(error, paths)]);
  }
}

/** What S-360 refused, said about the input; throws again what is no refusal. */
export function refusalOf(error: unknown, paths: Paths): ContactRefusal {
  const reason = whyRefused(error);
  if (reason === null || !(error instanceof UpstreamFaultError)) throw error;
  const path = paths[reason] ?? null;
  if (path !== null && reason !== 'login taken') return notFound(path);
  return contactRefusal('UPSTREAM_REJECTED', path, WHY_REJECTED[reason], error.upstreamCode);
}

const WHY_REJECTED: Readonly<Record<ContactRefusalReason, string>> = {
  'unknown contact': 'S-360 does not know the contact',
  'unknown address': 'S-360 does not know the address',
  'login taken': 'Another contact logs in with this email',
  other: 'S-360 refused it',
};

export function done(ref: GlobalId, record: Contact | null): ContactOutcome {
  return { contact: { ...ref, record }, refusals: [] };
}

export function refused(refusals: readonly ContactRefusal[]): ContactOutcome & { readonly contact: null } {
  return { contact: null, refusals };
}
