import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import { IssuerUnavailableError } from '../errors.js';
import { within } from '../clock.js';

export interface IssuerKeysOptions {
  /** Epoch ms. */
  now(): number;
}

const TIMEOUT_MS = 5_000;
/** How old the keys may get before the issuer is asked again: a key that it withdrew is good for so long. */
const FRESH_MS = 600_000;
/** Between two questions, of tokens with unknown keys or after one that failed: whoever invents keys must not cause many. */
const PAUSE_MS = 30_000;
/** The same while there are no keys at all, and nobody can be let in. */
const FIRST_PAUSE_MS = 1_000;
/** How long a token waits for an answer when there are keys to go on with. */
const PATIENCE_MS = 2_000;

/**
 * The keys that an issuer publishes. A key that is not known yet makes them be read again, so that the issuer may change
 * them at any time. While it is away its last keys count, and what they do not know is refused at once, by
 * IssuerUnavailableError, as nobody can say what it is.
 */
export function createIssuerKeys(url: URL, clock: IssuerKeysOptions): JWTVerifyGetKey {
  // When to ask again is decided here.
  const known = createRemoteJWKSet(url, {
    timeoutDuration: TIMEOUT_MS,
    cacheMaxAge: Infinity,
    cooldownDuration: Infinity,
  });
  let askedAt = -Infinity;
  let failure: unknown = null;

  const ask = async (): Promise<void> => {
    if (!known.reloading) askedAt = clock.now();
    try {
      await known.reload();
      failure = null;
    } catch (cause) {
      failure = cause;
    }
  };
  const mayAsk = (pauseMs: number): boolean => known.reloading || clock.now() - askedAt >= pauseMs;

  return async (header, token) => {
    if (known.jwks() === undefined) {
      if (mayAsk(FIRST_PAUSE_MS)) await ask();
      if (known.jwks() === undefined) throw unavailable(failure);
    } else if (!known.reloading && mayAsk(failure === null ? FRESH_MS : PAUSE_MS)) {
      await within(PATIENCE_MS, ask());
    }
    try {
      return await known(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      if (mayAsk(PAUSE_MS)) await within(PATIENCE_MS, ask());
      if (failure !== null || known.reloading) throw unavailable(failure);
      return known(header, token);
    }
  };
}

function unavailable(cause: unknown): IssuerUnavailableError {
  return new IssuerUnavailableError('The keys of tokens cannot be read at present', { cause });
}
