import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hashOfKey } from '../../src/auth/api-keys.js';
import { readConfig } from '../../src/config/config.js';
import type { Environment } from '../../src/config/environment.js';
import { ConfigError } from '../../src/errors.js';

const REAL = {
  S360_INSTITUTIONS: 'pleyel=https://pleyel.ws.example',
  S360_PLEYEL_USERNAME: 'PLEYEL_FOYER',
  S360_PLEYEL_PASSWORD: 'secret',
};
const ENTRY = { name: 'shop', sha256: hashOfKey('foyer_x'), scopes: ['catalog:read'] };
const API_KEYS = JSON.stringify([ENTRY]);
const JWT = {
  JWT_JWKS_URL: 'https://id.example/keys',
  JWT_ISSUER: 'https://id.example/',
  JWT_AUDIENCE: 'foyer',
};

describe('who may ask', () => {
  it('is everybody at the sandbox, unless keys or tokens are named or AUTH is on', () => {
    expect(readConfig({}, '/srv')).toMatchObject({
      auth: { mode: 'open' },
      introspection: 'everybody',
      graphiql: 'everybody',
    });
    expect(readConfig({ API_KEYS }, '/srv').auth).toMatchObject({ mode: 'required', keys: [ENTRY] });
    expect(readConfig(JWT, '/srv').auth).toMatchObject({ mode: 'required' });
    expect(problemsOf({ AUTH: 'on' })).toEqual([
      'AUTH is on, but neither API_KEYS, API_KEYS_FILE nor JWT_JWKS_URL or JWT_SECRET say who may ask',
    ]);
  });

  it.each([{}, REAL])('is complained of once where AUTH is no word of ours', (settings) => {
    expect(problemsOf({ ...settings, AUTH: 'yes' })).toEqual(['AUTH must be one of none, on, got "yes"']);
  });

  it('must be said of real institutions', () => {
    expect(problemsOf(REAL)).toEqual([expect.stringMatching(/^AUTH must say who may ask real institutions/)]);
    expect(readConfig({ ...REAL, AUTH: 'none' }, '/srv').auth).toEqual({ mode: 'open' });
    expect(readConfig({ ...REAL, API_KEYS }, '/srv')).toMatchObject({
      auth: { mode: 'required', jwt: null, publicScopes: [] },
      introspection: 'operators',
      graphiql: 'operators',
    });
  });

  it('is told when keys have no effect, and when one is for an institution that is not there', () => {
    expect(readConfig({ AUTH: 'none', API_KEYS }, '/srv').warnings).toEqual([
      'API_KEYS has no effect: AUTH=none serves everybody everything',
    ]);
    const elsewhere = JSON.stringify([{ ...ENTRY, institutions: ['pleyel', 'opera'] }]);
    expect(readConfig({ ...REAL, API_KEYS: elsewhere }, '/srv').warnings).toEqual([
      'The API key "shop" is for the institution opera, which is not configured',
    ]);
  });

  it('is the schema and GraphiQL for everybody or nobody, if it is said', () => {
    const settings = { ...REAL, API_KEYS, INTROSPECTION: 'on', GRAPHIQL: 'off' };
    expect(readConfig(settings, '/srv')).toMatchObject({ introspection: 'everybody', graphiql: 'nobody' });
    expect(problemsOf({ INTROSPECTION: 'yes' })).toEqual(['INTROSPECTION must be one of on, off, got "yes"']);
  });

  it('reads keys from a file and from the environment together', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'foyer-keys-'));
    const other = { ...ENTRY, name: 'lobby', sha256: hashOfKey('foyer_y') };
    await writeFile(join(folder, 'keys.json'), JSON.stringify([other]));
    const { auth } = readConfig({ API_KEYS, API_KEYS_FILE: 'keys.json' }, folder);
    expect(auth).toMatchObject({ keys: [ENTRY, other] });
    await rm(folder, { recursive: true });
  });

  it('names the file of keys that is not there by its whole path', () => {
    expect(problemsOf({ API_KEYS_FILE: 'nowhere/keys.json' })).toEqual([
      'API_KEYS_FILE cannot be read: /srv/nowhere/keys.json (ENOENT)',
    ]);
  });

  it.each([
    ['the key itself', 'foyer_s3cret', /^API_KEYS must be a JSON list, .*: it is no JSON$/],
    ['an entry that is in no list', ENTRY, /^API_KEYS must be a JSON list, .*: it is no list$/],
    ['a key alone', ['foyer_s3cret'], /^API_KEYS entry 1: must be an object, as `npm run key` prints it$/],
    [
      'a key in the place of its hash',
      [ENTRY, { ...ENTRY, sha256: 'foyer_s3cret' }],
      /^API_KEYS entry 2 \("shop"\): sha256 must be the SHA-256 of the key, in 64 hexadecimal digits/,
    ],
    [
      'no hash',
      [{ ...ENTRY, sha256: undefined }],
      /entry 1 \("shop"\): sha256 is missing: it must be the SHA-256/,
    ],
    ['no scopes', [{ ...ENTRY, scopes: undefined }], /\("shop"\): scopes is missing: it must be a list with/],
    [
      'an empty list of scopes',
      [{ ...ENTRY, scopes: [] }],
      /: scopes must be a list with at least one of catalog/,
    ],
    ['scopes that are none', [{ ...ENTRY, scopes: ['s3cret', 3] }], /: scopes must be a list with at least/],
    ['scopes in one text', [{ ...ENTRY, scopes: 'catalog:read' }], /: scopes must be a list with at least/],
    ['no institution', [{ ...ENTRY, institutions: [] }], /: institutions must be a list of codes/],
    ['what no key has', [{ ...ENTRY, contact: 's3cret' }], /\("shop"\): has what no key has: contact$/],
    ['a key as a member', [{ ...ENTRY, 'foyer_s3cret-': 1 }], /\("shop"\): has what no key has$/],
    ['a name with spaces', [{ ...ENTRY, name: 's3cret s3cret' }], /entry 1: name must be 1 to 64 letters/],
    ['a key as a name', [{ ...ENTRY, name: 'foyer_s3cret', scopes: [] }], /entry 1: scopes must/],
    ['no name', [{ ...ENTRY, name: undefined }], /entry 1: name is missing: it must be 1 to 64/],
  ])('refuses %s without repeating it', (_what, keys, rule) => {
    const problems = problemsOf({ API_KEYS: typeof keys === 'string' ? keys : JSON.stringify(keys) });
    expect(problems).toEqual([expect.stringMatching(rule)]);
    expect(problems[0]).toMatch(/^API_KEYS /);
    expect(problems[0]).not.toMatch(/foyer_s3cret|s3cret s3cret/);
  });

  it.each([
    [{ JWT_SECRET: 'short' }, /^JWT_SECRET must have at least 32 bytes$/],
    [{ JWT_SECRET: 'x'.repeat(32) }, /^JWT_ISSUER is missing/],
    [{ ...JWT, JWT_SECRET: 'x'.repeat(32) }, /^JWT_SECRET and JWT_JWKS_URL cannot both be set/],
    [{ ...JWT, JWT_JWKS_URL: 'http://id.example/keys' }, /^JWT_JWKS_URL must be an https address/],
    [{ ...JWT, JWT_JWKS_URL: 'https://u:p@id.example/' }, /^JWT_JWKS_URL must be an https address/],
    [{ ...JWT, JWT_AUDIENCE: '' }, /^JWT_AUDIENCE is missing/],
    [{ ...JWT, JWT_ALGORITHMS: 'ES256, none' }, /^JWT_ALGORITHMS must be a list of RS256.*got "none"$/],
    [{ ...JWT, JWT_ALGORITHMS: 'HS256' }, /^JWT_ALGORITHMS must be a list of RS256/],
    [{ JWT_ISSUER: 'https://id.example/' }, /^JWT_JWKS_URL or JWT_SECRET is missing/],
    [
      { AUTH_PUBLIC: 'catalog:read orders:read' },
      /^AUTH_PUBLIC may only have catalog:read and availability:read/,
    ],
  ] satisfies [Environment, RegExp][])('refuses %o', (settings, rule) => {
    expect(problemsOf(settings)).toContainEqual(expect.stringMatching(rule));
  });
});

function problemsOf(env: Environment): readonly string[] {
  try {
    readConfig(env, '/srv');
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}
