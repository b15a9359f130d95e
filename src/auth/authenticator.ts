import { ANYBODY, anonymous, type Caller, type Scope } from '../domain/caller.js';
import { UnauthenticatedError } from '../errors.js';
import { KEY_PREFIX, type ApiKeyEntry } from './api-keys.js';
import { createTokenReader, type JwtSettings } from './json-web-tokens.js';
import { createKeyRing, type KeyRing } from './key-ring.js';

/** Who may ask what. `open`: everybody everything. */
export type AuthSettings =
  | { readonly mode: 'open' }
  | {
      readonly mode: 'required';
      /** Those that are to count at the start. */
      readonly keys: readonly ApiKeyEntry[];
      /** Whose keys may change while the process runs; absent or null: they stay as they are. */
      readonly keyFile?: KeyFile | null;
      readonly jwt: JwtSettings | null;
      /** What everybody may do who gives no credential. */
      readonly publicScopes: readonly Scope[];
    };

export interface KeyFile {
  readonly path: string;
  /** Keys that count beside those of the file. */
  readonly fixed: readonly ApiKeyEntry[];
}

/** Credentials as they came, of a request or of `connection_init`. */
export interface Credentials {
  /** `Bearer <key or token>`. */
  readonly authorization?: unknown;
  readonly apiKey?: unknown;
}

/**
 * Throws UnauthenticatedError for a credential that is none. Without one the caller is anonymous, or is turned away
 * where nothing is public.
 */
export type Authenticator = (credentials: Credentials) => Promise<Caller>;

/** `now` is in epoch ms. Whoever gives `keyRing` may change its keys later. */
export function createAuthenticator(
  settings: AuthSettings,
  now: () => number,
  keyRing: Pick<KeyRing, 'find'> = createKeyRing(settings.mode === 'open' ? [] : settings.keys),
): Authenticator {
  if (settings.mode === 'open') return async () => ANYBODY;
  const readToken = settings.jwt === null ? null : createTokenReader({ ...settings.jwt, now });
  const nobody = anonymous(new Set(settings.publicScopes));
  return async (credentials) => {
    const credential = credentialIn(credentials);
    if (credential === null) {
      if (nobody.scopes.size > 0) return nobody;
      throw new UnauthenticatedError('A credential is needed: an API key or a token');
    }
    if (credential.startsWith(KEY_PREFIX) || readToken === null) {
      const caller = keyRing.find(credential);
      if (caller === null)
        throw new UnauthenticatedError('The API key is not one of ours', { flaw: 'unknown_key' });
      return caller;
    }
    return readToken(credential);
  };
}

/** Null: none was given. One that cannot be read is no credential, which is not the same. */
function credentialIn({ authorization, apiKey }: Credentials): string | null {
  const given = [authorization, apiKey].filter((value) => value !== undefined && value !== null);
  if (given.length === 0) return null;
  if (given.length > 1)
    throw new UnauthenticatedError('One credential is enough: got two', { flaw: 'malformed' });
  if (typeof apiKey === 'string' && apiKey !== '') return apiKey;
  const [, token] =
    /^Bearer +(\S{1,8192})$/i.exec(typeof authorization === 'string' ? authorization : '') ?? [];
  if (token === undefined) {
    throw new UnauthenticatedError(
      'The credential must be `Authorization: Bearer <API key or token>`, or an API key',
      { flaw: 'malformed' },
    );
  }
  return token;
}
