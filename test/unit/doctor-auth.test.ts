import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import { authCheck } from '../../src/doctor/auth-check.js';
import { examine } from '../../src/doctor/finding.js';
import { settingsFor } from '../support/gateway.js';

const HALL = { code: 'hall', baseUrl: 'http://127.0.0.1:9', username: 'a', password: 'b' };
const TOKENS = { AUTH: '', JWT_ISSUER: 'https://login.example', JWT_AUDIENCE: 'foyer' };

async function found(env: Readonly<Record<string, string>>): Promise<string[]> {
  const findings = await examine([authCheck(readConfig({ ...settingsFor([HALL]), ...env }, tmpdir()))]);
  return findings.map(({ level, subject, says }) => `${level} ${subject}: ${says}`);
}

const key = (name: string, scopes: readonly string[], digit = 'a'): object => ({
  name,
  scopes,
  sha256: digit.repeat(64),
});

describe('the doctor at who may ask', () => {
  it.each([
    ['127.0.0.1', 'ok AUTH: whoever reaches the gateway may do everything'],
    ['0.0.0.0', 'warning AUTH: whoever reaches the gateway may do everything, and it listens on 0.0.0.0'],
  ])('minds open doors at %s only if others can get there', async (HOST, said) => {
    expect(await found({ HOST })).toEqual([said]);
  });

  it('names callers, and nothing of their keys', async () => {
    const keys = [
      key('shop', ['catalog:read'], 'b'),
      key('shop', ['catalog:read'], 'c'),
      key('desk', ['operator'], 'd'),
    ];
    const env = { AUTH: '', API_KEYS: JSON.stringify(keys), AUTH_PUBLIC: 'catalog:read' };
    expect(await found(env)).toEqual([
      'ok API_KEYS: 3 keys of shop, desk',
      'ok AUTH_PUBLIC: without a credential: catalog:read',
    ]);
  });

  it('misses an operator', async () => {
    const env = { AUTH: '', API_KEYS: JSON.stringify([key('shop', ['catalog:read'])]) };
    expect(await found(env)).toEqual([
      'ok API_KEYS: 1 key of shop',
      expect.stringMatching(/^warning API_KEYS: no key has the scope operator/),
    ]);
  });

  it('does not show the secret of tokens', async () => {
    const JWT_SECRET = 'a secret of tokens that is long enough';
    expect(await found({ ...TOKENS, JWT_SECRET })).toEqual([
      'ok JWT_SECRET: checks tokens of https://login.example (HS256)',
    ]);
  });

  it.each([
    [
      200,
      { keys: [{ kty: 'RSA' }, { kty: 'EC', crv: 'P-521' }] },
      'ok JWT_JWKS_URL: has 1 key for tokens of https://login.example (RS256, ES256)',
    ],
    [
      200,
      { keys: [{ kty: 'OKP', crv: 'Ed25519' }] },
      'problem JWT_JWKS_URL: none of its 1 keys is for RS256, ES256: no token is let in',
    ],
    [
      404,
      { message: 'no such page' },
      'problem JWT_JWKS_URL: what answers there is no set of keys (HTTP 404): no token is let in',
    ],
  ])('asks the issuer for its keys: HTTP %i %j', async (status, body, said) => {
    const server = createServer((_request, response) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const JWT_JWKS_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
    expect(await found({ ...TOKENS, JWT_JWKS_URL })).toEqual([said]);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('says that the issuer does not answer', async () => {
    expect(await found({ ...TOKENS, JWT_JWKS_URL: 'http://127.0.0.1:9/keys' })).toEqual([
      expect.stringMatching(/^problem JWT_JWKS_URL: nobody answers there \(.+\): no token is let in$/),
    ]);
  });
});
