/** What the order services need to know of an institution's contacts. */
export interface KnownContacts {
  /** Whether an active contact has this number; leading zeros count. */
  has(contactNumber: string): boolean;
  /** Every contact there ever was, in the order of creation; `state` is `ACTIVE` or `INACTIVE` [I]. */
  list(): readonly { readonly contactNumber: string; readonly state: string }[];
}
