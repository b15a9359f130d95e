import type { AddressChange, ContactAddress } from '../../domain/contact.js';
import { foldForSearch } from '../../domain/search-text.js';

export interface SameAddress {
  readonly id: string;
  /** Whether it also is main, billing and shipping address as far as that is asked for. */
  readonly isAsFlagged: boolean;
}

/** The address that says the same as the one to be added; case, accents and blanks make no other one of it. */
export function sameAddress(
  addresses: readonly ContactAddress[],
  wanted: AddressChange,
): SameAddress | undefined {
  const text = textOf(wanted);
  const same = addresses.find((address) => textOf(address) === text);
  if (same === undefined) return undefined;
  // The main address stays it until another one becomes it, so to ask for "not main" changes nothing.
  const isAsFlagged =
    (wanted.isMain !== true || same.isMain) &&
    (wanted.isBilling ?? same.isBilling) === same.isBilling &&
    (wanted.isShipping ?? same.isShipping) === same.isShipping;
  return { id: same.id, isAsFlagged };
}

function textOf({ name, lines, zipCode, town, countryCode }: AddressChange | ContactAddress): string {
  return JSON.stringify(
    [name, lines.join(' '), zipCode, town, countryCode].map((part) => foldForSearch(part ?? '')),
  );
}
