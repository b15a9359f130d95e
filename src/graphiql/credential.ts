/** What the gateway said last of whoever asks here. */
export type Verdict =
  /** Nothing was asked yet. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'good' }
  /** Good, but the schema is for others. */
  | { readonly kind: 'noSchema' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'refused'; readonly reason: string }
  /** Asked too often, or cannot be checked at present. */
  | { readonly kind: 'later'; readonly reason: string };

/** Only for as long as the tab is open: whoever comes after finds nothing. */
const PLACE = 'foyer:credential';

export function rememberedCredential(): string {
  try {
    return sessionStorage.getItem(PLACE) ?? '';
  } catch {
    return '';
  }
}

/** Empty: forgets it. */
export function rememberCredential(credential: string): void {
  try {
    if (credential === '') sessionStorage.removeItem(PLACE);
    else sessionStorage.setItem(PLACE, credential);
  } catch {
    // A browser that keeps nothing: it has to be typed again after a reload.
  }
}

/** What is sent with queries as headers, and with subscriptions as the payload of `connection_init`. */
export function credentialHeaders(
  credential: string,
  others: Readonly<Record<string, unknown>> = {},
): Record<string, string> {
  const given = Object.entries(others).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  // Whoever writes one into the headers editor means that one.
  const hasOwn = given.some(([name]) => /^(authorization|x-api-key|apikey)$/i.test(name));
  return {
    ...(credential === '' || hasOwn ? {} : { authorization: `Bearer ${credential}` }),
    ...Object.fromEntries(given),
  };
}
