import { jwtVerify, type JWTPayload, type JWTVerifyOptions } from 'jose';
import { isScope, type Caller, type Scope } from '../domain/caller.js';
import { parseContactId } from '../domain/contact.js';
import { INSTITUTION_CODE, type GlobalId } from '../domain/ids.js';
import {
  GatewayError,
  IssuerUnavailableError,
  UnauthenticatedError,
  type CredentialFlaw,
} from '../errors.js';
import { createIssuerKeys } from './issuer-keys.js';

export interface JwtSettings {
  /** Where the issuer publishes its keys, or a secret shared with it: never both, so a public key is never taken for a secret. */
  readonly keys:
    { readonly kind: 'jwks'; readonly url: string } | { readonly kind: 'secret'; readonly secret: string };
  readonly algorithms: readonly string[];
  readonly issuer: string;
  readonly audience: string;
  /** The claim that says whose orders are meant. */
  readonly callerClaim: string;
}

export interface TokenReaderOptions extends JwtSettings {
  /** Epoch ms. */
  now(): number;
}

/** Signatures that may be asked for, by the kind of key. */
export const ALGORITHMS = {
  jwks: ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'EdDSA'],
  secret: ['HS256', 'HS384', 'HS512'],
} as const;

/** How much clocks may differ. */
const LEEWAY_SECONDS = 30;

export type TokenReader = (token: string) => Promise<Caller>;

/**
 * Token -> caller. The key, the algorithms, issuer and audience are ours to choose: a token's `jku`, `jwk`, `x5u` or
 * `alg` decides nothing. Throws UnauthenticatedError, whatever is wrong, without a word of the token;
 * IssuerUnavailableError while its keys cannot be had.
 */
export function createTokenReader(settings: TokenReaderOptions): TokenReader {
  const options: Omit<JWTVerifyOptions, 'currentDate'> = {
    algorithms: [...settings.algorithms],
    issuer: settings.issuer,
    audience: settings.audience,
    requiredClaims: ['exp', settings.callerClaim],
    clockTolerance: LEEWAY_SECONDS,
  };
  const verify = verifier(settings, () => ({ ...options, currentDate: new Date(settings.now()) }));
  return async (token) => {
    const payload = await verify(token).catch((error: unknown) => {
      throw failureOf(error);
    });
    return callerOf(payload, settings);
  };
}

function verifier(
  settings: TokenReaderOptions,
  options: () => JWTVerifyOptions,
): (token: string) => Promise<JWTPayload> {
  const { keys } = settings;
  if (keys.kind === 'secret') {
    const secret = new TextEncoder().encode(keys.secret);
    return async (token) => (await jwtVerify(token, secret, options())).payload;
  }
  const known = createIssuerKeys(new URL(keys.url), settings);
  return async (token) => (await jwtVerify(token, known, options())).payload;
}

/** Whoever has a token that ran out must know it: he can get a new one. Of everything else he is told nothing. */
function failureOf(cause: unknown): GatewayError {
  if (cause instanceof GatewayError) return cause;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code === 'ERR_JWT_EXPIRED') {
    return new UnauthenticatedError('The token has expired', { cause, flaw: 'expired_token' });
  }
  const isAboutToken = /^ERR_(JWT|JWS|JOSE)_|^ERR_JWKS_(NO|MULTIPLE)_/.test(code);
  if (isAboutToken) {
    return new UnauthenticatedError('The token is not one of ours', { cause, flaw: flawOf(code) });
  }
  return new IssuerUnavailableError('The keys of tokens cannot be read at present', { cause });
}

function flawOf(code: string): CredentialFlaw {
  if (code === 'ERR_JWT_CLAIM_VALIDATION_FAILED') return 'wrong_claim';
  // A key or an algorithm that is not the issuer's, whether the token says so itself or not.
  return /^ERR_JWS_SIGNATURE_|^ERR_JWKS_|^ERR_JOSE_ALG_/.test(code) ? 'wrong_signature' : 'malformed';
}

/**
 * `scope` as OAuth has it (RFC 8693, words with spaces), or a list. `institutions` is a list of codes, `contact` one id
 * as the graph has it. A claim that is there but is not what it must be refuses the token: ignoring it would open more
 * than was meant.
 */
function callerOf(payload: JWTPayload, { callerClaim }: JwtSettings): Caller {
  const id = payload[callerClaim];
  if (typeof id !== 'string' || id === '' || id.length > MOST_ID_LETTERS) throw wrongClaim(callerClaim);
  return {
    // A subject that calls itself like a key must not meet that key's orders; a claim that was chosen may mean to.
    id: callerClaim === 'sub' ? `sub:${id}` : id,
    isAnonymous: false,
    scopes: scopesOf(payload['scope'] ?? payload['scp'] ?? payload['scopes'] ?? ''),
    institutions: institutionsOf(payload['institutions']),
    contact: contactOf(payload['contact']),
    expiresAt: payload.exp! * 1_000,
    withdrawn: null,
  };
}

const MOST_ID_LETTERS = 200;

/** Words that are none of our scopes are for others. */
function scopesOf(claim: unknown): ReadonlySet<Scope> {
  if (typeof claim === 'string') return new Set(claim.split(' ').filter(isScope));
  if (isTexts(claim)) return new Set(claim.filter(isScope));
  throw wrongClaim('scope');
}

function institutionsOf(claim: unknown): ReadonlySet<string> | null {
  if (claim === undefined) return null;
  if (isTexts(claim) && claim.every((code) => INSTITUTION_CODE.test(code))) return new Set(claim);
  throw wrongClaim('institutions');
}

function contactOf(claim: unknown): GlobalId | null {
  if (claim === undefined) return null;
  if (typeof claim !== 'string') throw wrongClaim('contact');
  try {
    return parseContactId('contact', claim);
  } catch {
    throw wrongClaim('contact');
  }
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}

function wrongClaim(name: string): UnauthenticatedError {
  return new UnauthenticatedError(`The token's claim \`${name}\` is not what it must be`, {
    flaw: 'wrong_claim',
  });
}
