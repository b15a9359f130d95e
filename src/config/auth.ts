import { readFileSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { z } from 'zod';
import type { ApiKeyEntry } from '../auth/api-keys.js';
import type { AuthSettings } from '../auth/authenticator.js';
import { ALGORITHMS, type JwtSettings } from '../auth/json-web-tokens.js';
import { isScope, SCOPES, type Scope } from '../domain/caller.js';
import { INSTITUTION_CODE, quote } from '../domain/ids.js';
import type { EnvironmentReader } from './environment.js';

/**
 * Who may ask what: `AUTH`, `API_KEYS`, `API_KEYS_FILE`, `JWT_…`, `AUTH_PUBLIC`. Real institutions are not served to
 * everybody unless somebody has said so; the sandbox is, unless keys or tokens are configured.
 */
export function readAuth(
  read: EnvironmentReader,
  { isSandbox, workingDirectory }: { readonly isSandbox: boolean; readonly workingDirectory: string },
): AuthSettings {
  const wanted = read.text('AUTH') === null ? null : read.oneOf('AUTH', ['none', 'on'] as const, 'on');
  const keys = [...readKeys(read), ...readKeysFile(read, workingDirectory)];
  const jwt = readJwt(read);
  const publicScopes = readPublicScopes(read);
  const hasCallers = keys.length > 0 || jwt !== null;
  if (wanted === 'none') return { mode: 'open' };
  if (!hasCallers && wanted === 'on') {
    read.problem(
      'AUTH',
      'is on, but neither API_KEYS, API_KEYS_FILE nor JWT_JWKS_URL or JWT_SECRET say who may ask',
    );
  }
  if (!hasCallers && wanted === null && !isSandbox) {
    read.problem(
      'AUTH',
      'must say who may ask real institutions: set API_KEYS, API_KEYS_FILE, JWT_JWKS_URL or JWT_SECRET, or AUTH=none to serve everybody who reaches the gateway',
    );
  }
  return hasCallers || wanted === 'on' ? { mode: 'required', keys, jwt, publicScopes } : { mode: 'open' };
}

/**
 * Who gets to see the schema, or the page to try it on. Unless it is said: everybody where everybody is served,
 * operators only otherwise.
 */
export function readAudience(
  read: EnvironmentReader,
  name: 'INTROSPECTION' | 'GRAPHIQL',
  { mode }: AuthSettings,
): 'everybody' | 'operators' | 'nobody' {
  if (read.text(name) === null) return mode === 'open' ? 'everybody' : 'operators';
  return read.oneOf(name, ['on', 'off'] as const, 'off') === 'on' ? 'everybody' : 'nobody';
}

/** `codes` are those of the institutions, where they are known before the start. */
export function oddAuth(
  read: EnvironmentReader,
  auth: AuthSettings,
  codes: readonly string[] | null,
): string[] {
  if (auth.mode === 'open') {
    const unused = ['API_KEYS', 'API_KEYS_FILE', 'JWT_JWKS_URL', 'JWT_SECRET'].filter(
      (name) => read.text(name) !== null,
    );
    return unused.map((name) => `${name} has no effect: AUTH=none serves everybody everything`);
  }
  return auth.keys.flatMap(({ name, institutions = [] }) =>
    institutions
      .filter((code) => codes?.includes(code) === false)
      .map((code) => `The API key ${quote(name)} is for the institution ${code}, which is not configured`),
  );
}

/** Of an API key. */
export const KEY_NAME = /^[\w.@-]{1,64}$/;

const apiKeys = z.array(
  z.strictObject({
    name: z.string().regex(KEY_NAME, 'must be 1 to 64 letters, digits or . _ - @'),
    sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be the SHA-256 of the key, in 64 hexadecimal digits'),
    scopes: z.array(z.enum(SCOPES)).min(1),
    institutions: z.array(z.string().regex(INSTITUTION_CODE)).min(1).optional(),
  }),
);

function readKeys(read: EnvironmentReader): readonly ApiKeyEntry[] {
  const text = read.text('API_KEYS');
  return text === null ? [] : parseKeys(read, 'API_KEYS', text);
}

function readKeysFile(read: EnvironmentReader, workingDirectory: string): readonly ApiKeyEntry[] {
  const path = read.text('API_KEYS_FILE');
  if (path === null) return [];
  try {
    const text = readFileSync(isAbsolute(path) ? path : resolve(workingDirectory, path), 'utf8');
    return parseKeys(read, 'API_KEYS_FILE', text);
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'no reason given';
    read.problem('API_KEYS_FILE', `cannot be read: ${reason}`);
    return [];
  }
}

/** What is wrong is said without a value: somebody may have stored the key itself. */
function parseKeys(read: EnvironmentReader, name: string, text: string): readonly ApiKeyEntry[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    read.problem(name, 'must be a JSON list of keys, as `npm run key` writes them: it is no JSON');
    return [];
  }
  const { success, data, error } = apiKeys.safeParse(value);
  if (success) return data;
  for (const { path, message } of error.issues.slice(0, 5)) {
    read.problem(name, `[${path.join('.')}] ${message}`);
  }
  return [];
}

function readJwt(read: EnvironmentReader): JwtSettings | null {
  const keys = readJwtKeys(read);
  const settings = {
    issuer: read.text('JWT_ISSUER'),
    audience: read.text('JWT_AUDIENCE'),
    algorithms: read.text('JWT_ALGORITHMS'),
    callerClaim: read.text('JWT_CALLER_CLAIM') ?? 'sub',
  };
  if (keys === null) {
    if (settings.issuer !== null || settings.audience !== null || settings.algorithms !== null) {
      read.problem('JWT_JWKS_URL', 'or JWT_SECRET is missing: nothing says which tokens are good');
    }
    return null;
  }
  // A token for somebody else, of the same issuer, is signed as well as ours.
  for (const [name, value] of [
    ['JWT_ISSUER', settings.issuer],
    ['JWT_AUDIENCE', settings.audience],
  ] as const) {
    if (value === null)
      read.problem(name, 'is missing: a token must say who gave it, and that it is for this gateway');
  }
  const known: readonly string[] = ALGORITHMS[keys.kind];
  const algorithms = settings.algorithms?.split(',').map((word) => word.trim()) ?? USUAL[keys.kind];
  const unknown = algorithms.find((word) => !known.includes(word));
  if (unknown !== undefined) {
    read.problem('JWT_ALGORITHMS', `must be a list of ${known.join(', ')}, got ${quote(unknown)}`);
  }
  return {
    keys,
    algorithms,
    issuer: settings.issuer ?? '',
    audience: settings.audience ?? '',
    callerClaim: settings.callerClaim,
  };
}

const USUAL = { jwks: ['RS256', 'ES256'], secret: ['HS256'] };

/** RFC 7518, 3.2: a key for HS256 has at least 256 bits. */
const LEAST_SECRET_BYTES = 32;

function readJwtKeys(read: EnvironmentReader): JwtSettings['keys'] | null {
  const url = read.text('JWT_JWKS_URL');
  const secret = read.text('JWT_SECRET');
  if (url !== null && secret !== null) {
    read.problem('JWT_SECRET', 'and JWT_JWKS_URL cannot both be set: tokens come from one issuer');
  }
  if (secret !== null && Buffer.byteLength(secret) < LEAST_SECRET_BYTES) {
    read.problem('JWT_SECRET', `must have at least ${LEAST_SECRET_BYTES} bytes`);
  }
  if (url !== null && !isTrustworthy(url)) {
    read.problem(
      'JWT_JWKS_URL',
      'must be an https address (http on this machine only) without name and password',
    );
  }
  if (url !== null) return { kind: 'jwks', url };
  return secret === null ? null : { kind: 'secret', secret };
}

/** Whoever can change the answer on its way can make tokens. */
function isTrustworthy(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.username !== '' || url.password !== '') return false;
  return (
    url.protocol === 'https:' ||
    (url.protocol === 'http:' && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname))
  );
}

/** Catalog and colors may be for everybody; nothing of anybody's own may. */
const MAY_BE_PUBLIC: readonly Scope[] = ['catalog:read', 'availability:read'];

function readPublicScopes(read: EnvironmentReader): readonly Scope[] {
  const words = (read.text('AUTH_PUBLIC') ?? '').split(/[ ,]+/).filter((word) => word !== '');
  const scopes = words.filter(isScope).filter((scope) => MAY_BE_PUBLIC.includes(scope));
  const wrong = words.find((word) => !(MAY_BE_PUBLIC as readonly string[]).includes(word));
  if (wrong !== undefined) {
    read.problem('AUTH_PUBLIC', `may only have ${MAY_BE_PUBLIC.join(' and ')}, got ${quote(wrong)}`);
  }
  return scopes;
}
