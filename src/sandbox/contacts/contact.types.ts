/** A contact file as the sandbox keeps it, in S-360's own words; see `contact-view.ts` for what of it an answer shows. */
export interface Contact {
  readonly contactId: number;
  /** Digits, leading zeros kept; unique in the institution. */
  readonly contactNumber: string;
  readonly type: ContactType;
  role: ContactRole;
  /** [I] the words; `deleteContact` makes it `INACTIVE`. */
  state: 'ACTIVE' | 'INACTIVE';
  /** ISO instant. */
  readonly creationDate: string;
  details: ContactDetails;
  addresses: ContactAddress[];
  /** Whether it is allowed, by code. */
  authorizations: Map<string, boolean>;
  /** Values by code of the criterion. */
  criteria: Map<string, readonly string[]>;
}

export type ContactType = 'INDIVIDUAL' | 'STRUCTURE';
export type ContactRole = 'PUBLIC' | 'RELAY' | 'MEMBER' | 'SUBSIDIARY';

/** Absent where the contact has none. */
export interface ContactDetails {
  readonly firstname?: string | undefined;
  readonly lastname?: string | undefined;
  readonly gender?: string | undefined;
  readonly title?: string | undefined;
  /** `YYYY-MM-DD`. */
  readonly birthDate?: string | undefined;
  readonly structureName?: string | undefined;
  readonly email?: string | undefined;
  /** An email address; who has one may log in and is no guest. */
  readonly login?: string | undefined;
  readonly phoneNumber?: string | undefined;
  readonly language?: string | undefined;
  /** Job title of a relay. */
  readonly function?: string | undefined;
}

export interface ContactAddress extends AddressFields {
  readonly contactAddressId: number;
  readonly main: boolean;
  readonly billingAddress: boolean;
  readonly shippingAddress: boolean;
}

export interface AddressFields {
  readonly name?: string | undefined;
  readonly street1?: string | undefined;
  readonly street2?: string | undefined;
  readonly street3?: string | undefined;
  readonly street4?: string | undefined;
  readonly town?: string | undefined;
  readonly zipCode?: string | undefined;
  readonly countryCode?: string | undefined;
}

/** A link between two contacts. */
export interface Connection {
  readonly parentContactNumber: string;
  readonly childContactNumber: string;
  readonly connectionType: ConnectionType;
}

export const CONNECTION_TYPES = ['RELAY', 'MEMBER', 'SUBSIDIARY'] as const;
export type ConnectionType = (typeof CONNECTION_TYPES)[number];

/** What comes in: absent is untouched, an empty text clears. */
export type DetailsChange = ContactDetails;

export interface AddressChange extends AddressFields {
  readonly main?: boolean | undefined;
  readonly billingAddress?: boolean | undefined;
  readonly shippingAddress?: boolean | undefined;
}

/** A contact to be: what `createContact` gets, and what a world is made of. */
export interface NewContact {
  readonly details: DetailsChange;
  readonly addresses?: readonly AddressChange[];
  readonly authorizations?: ReadonlyMap<string, boolean>;
  readonly criteria?: ReadonlyMap<string, readonly string[]>;
}
