import { readFileSync } from 'node:fs';
import type { ApiKeyEntry } from '../auth/api-keys.js';
import type { AuthSettings } from '../auth/authenticator.js';
import { ALGORITHMS, type JwtSettings } from '../auth/json-web-tokens.js';
import { isScope, type Scope } from '../domain/caller.js';
import { quote } from '../domain/ids.js';
import { absolutePath, parseApiKeys, unreadableFile, type ParsedKeys } from './api-keys.js';
import type { EnvironmentReader } from './environment.js';

/**
 * Who may ask what: `AUTH`, `API_KEYS`, `API_KEYS_FILE`, `JWT_…`, `AUTH_PUBLIC`. Real institutions are not served to
 * everybody unless somebody has said so; the sandbox is, unless keys or tokens are configured.
 */
export function readAuth(
  read: EnvironmentReader,
  { isSandbox, workingDirectory }: { readonly isSandbox: boolean; readonly workingDirectory: string },
): AuthSettings {
  const wanted = readMode(read);
  const fixed = readKeys(read);
  const file = readKeyFile(read, workingDirectory);
  const keys = [...fixed, ...(file?.keys ?? [])];
  const jwt = readJwt(read);
  const publicScopes = readPublicScopes(read);
  // A list that has no key in it, or none any more, says that nobody may ask.
  const hasCallers = read.text('API_KEYS') !== null || file !== null || jwt !== null;
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
  if (!hasCallers && wanted === null) return { mode: 'open' };
  const keyFile = file && { path: file.path, fixed };
  return { mode: 'required', keys, keyFile, jwt, publicScopes };
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
  const elsewhere = auth.keys.flatMap(({ name, institutions = [] }) =>
    institutions
      .filter((code) => codes?.includes(code) === false)
      .map((code) => `The API key ${quote(name)} is for the institution ${code}, which is not configured`),
  );
  const isEmpty = auth.keys.length === 0 && auth.jwt === null && auth.publicScopes.length === 0;
  return isEmpty ? [...elsewhere, 'There is no API key: everybody is refused'] : elsewhere;
}

/** Null: nobody said. A word that is neither is complained of once, and not followed by what would be missing. */
function readMode(read: EnvironmentReader): 'none' | 'on' | 'wrong' | null {
  if (read.text('AUTH') === null) return null;
  const known: readonly ('none' | 'on' | 'wrong')[] = ['none', 'on'];
  return read.oneOf('AUTH', known, 'wrong');
}

function readKeys(read: EnvironmentReader): readonly ApiKeyEntry[] {
  const text = read.text('API_KEYS');
  return text === null ? [] : entriesOf(read, 'API_KEYS', parseApiKeys(text));
}

/** The keys of the file as it is now: those that it has later are for whoever watches it. */
function readKeyFile(
  read: EnvironmentReader,
  workingDirectory: string,
): { readonly path: string; readonly keys: readonly ApiKeyEntry[] } | null {
  const given = read.text('API_KEYS_FILE');
  if (given === null) return null;
  const path = absolutePath(given, workingDirectory);
  let parsed: ParsedKeys;
  try {
    parsed = parseApiKeys(readFileSync(path, 'utf8'));
  } catch (error) {
    parsed = { problems: [unreadableFile(path, error)] };
  }
  return { path, keys: entriesOf(read, 'API_KEYS_FILE', parsed) };
}

function entriesOf(read: EnvironmentReader, name: string, parsed: ParsedKeys): readonly ApiKeyEntry[] {
  if ('keys' in parsed) return parsed.keys;
  for (const problem of parsed.problems) read.problem(name, problem);
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
