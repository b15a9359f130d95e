import { createHash } from 'node:crypto';
import type { AddressChange, NewContact } from '../../domain/contact.js';
import type { ContactRequestKey } from '../../journal/contact-requests.js';
import type { SecretKey, Signatures } from '../../secret-key.js';

/** A hash: a client may well choose an email for its key, and the journal keeps nobody's data. */
export function contactRequestKey(
  caller: string,
  institution: string,
  clientRequestId: string,
): ContactRequestKey {
  return { caller, institution, clientRequest: hashOf([caller, institution, clientRequestId]) };
}

/**
 * Equal for equal contacts, whoever asks for them. Names can be guessed, so that a hash alone would tell them to
 * whoever has the journal: they are signed. One for each secret, the current one first.
 */
export function contactFingerprints(secret: Pick<SecretKey, 'signatures'>, contact: NewContact): Signatures {
  const { kind, firstName, lastName, structureName, email, phone, language, address, criteria } = contact;
  const values = [
    kind,
    firstName,
    lastName,
    structureName,
    email,
    phone,
    language,
    address === null ? null : addressValues(address),
    criteria.map(({ code, values }) => [code, values]),
  ];
  return secret.signatures('contact request', JSON.stringify(values));
}

function addressValues(address: AddressChange): unknown[] {
  const { name, isMain, isBilling, isShipping, lines, zipCode, town, countryCode } = address;
  // For a new address, cleared and absent are the same.
  return [name, isMain, isBilling, isShipping, lines, zipCode, town, countryCode].map(
    (value) => value ?? null,
  );
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
