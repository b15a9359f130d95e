import { createHmac, generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashOfKey, newApiKey, type ApiKeyEntry } from '../../src/auth/api-keys.js';
import { createAuthenticator, type Authenticator } from '../../src/auth/authenticator.js';
import type { JwtSettings } from '../../src/auth/json-web-tokens.js';
import { ANYBODY, type Scope } from '../../src/domain/caller.js';
import { AUDIENCE, ISSUER, startIssuer, type Issuer } from '../support/tokens.js';

const SECRET = 'a-secret-of-at-least-thirty-two-bytes';

function authenticator(
  given: {
    readonly keys?: readonly ApiKeyEntry[];
    readonly jwt?: Partial<JwtSettings>;
    readonly publicScopes?: readonly Scope[];
  },
  now = Date.now,
): Authenticator {
  const { keys = [], jwt, publicScopes = [] } = given;
  const shared = { issuer: ISSUER, audience: AUDIENCE, callerClaim: 'sub' };
  return createAuthenticator(
    {
      mode: 'required',
      keys,
      jwt:
        jwt === undefined
          ? null
          : {
              keys: { kind: 'secret', secret: SECRET },
              algorithms: ['HS256'],
              ...shared,
              ...jwt,
            },
      publicScopes,
    },
    now,
  );
}

describe('API keys', () => {
  const [old, current, other] = [newApiKey(), newApiKey(), newApiKey()];
  const keys: ApiKeyEntry[] = [
    { name: 'shop', sha256: hashOfKey(old), scopes: ['catalog:read'] },
    { name: 'shop', sha256: hashOfKey(current), scopes: ['catalog:read', 'orders:write'] },
    { name: 'lobby', sha256: hashOfKey(other), scopes: ['catalog:read'], institutions: ['lyric'] },
  ];
  const authenticate = authenticator({ keys });

  it('are 256 random bits, told from tokens by how they begin', () => {
    expect(old).toMatch(/^foyer_[\w-]{43}$/);
    expect(new Set([old, current, other]).size).toBe(3);
  });

  it('name the caller, his scopes and his institutions, in either header', async () => {
    expect(await authenticate({ authorization: `Bearer ${other}` })).toEqual({
      id: 'lobby',
      isAnonymous: false,
      scopes: new Set(['catalog:read']),
      institutions: new Set(['lyric']),
      contact: null,
      expiresAt: null,
      withdrawn: expect.any(AbortSignal) as AbortSignal,
    });
    expect(await authenticate({ apiKey: other })).toMatchObject({ id: 'lobby' });
  });

  it('are two for one caller while he changes them', async () => {
    const [before, after] = [await authenticate({ apiKey: old }), await authenticate({ apiKey: current })];
    expect([before.id, after.id]).toEqual(['shop', 'shop']);
    expect(after.scopes).toEqual(new Set(['catalog:read', 'orders:write']));
  });

  it.each([
    ['one that nobody has', { apiKey: newApiKey() }],
    ['the hash instead of the key', { apiKey: hashOfKey(current) }],
    ['a part of a key', { apiKey: current.slice(0, -1) }],
    ['an empty one', { apiKey: '' }],
    ['two at once', { apiKey: current, authorization: `Bearer ${current}` }],
    ['a list', { apiKey: [current] }],
    ['Basic', { authorization: `Basic ${Buffer.from(`x:${current}`).toString('base64')}` }],
    ['the key without a scheme', { authorization: current }],
    ['a token where there is no issuer', { authorization: 'Bearer a.b.c' }],
  ])('are not %s', async (_what, credentials) => {
    const failure = await authenticate(credentials).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(String(failure)).not.toContain(current.slice(6, 20));
  });
});

describe('no credential', () => {
  it('is everybody where nobody has to say who he is', async () => {
    expect(await createAuthenticator({ mode: 'open' }, Date.now)({})).toBe(ANYBODY);
  });

  it('is turned away where nothing is public', async () => {
    await expect(authenticator({ keys: [] })({})).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('has the public scopes where there are some', async () => {
    expect(await authenticator({ publicScopes: ['catalog:read'] })({})).toMatchObject({
      id: '',
      isAnonymous: true,
      scopes: new Set(['catalog:read']),
    });
  });
});

describe('tokens', () => {
  let issuer: Issuer;
  let authenticate: Authenticator;
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const claimsOf = async (claims: Record<string, unknown>) =>
    authenticate(bearer(await issuer.token(claims)));

  beforeAll(async () => {
    issuer = await startIssuer();
    authenticate = authenticator({
      jwt: { keys: { kind: 'jwks', url: issuer.url }, algorithms: ['ES256', 'RS256'] },
    });
  });
  afterAll(() => issuer[Symbol.asyncDispose]());

  it('say who asks, what he may, where, for whom and until when', async () => {
    const exp = Math.floor(Date.now() / 1_000) + 60;
    expect(
      await claimsOf({
        exp,
        sub: 'u-1',
        scope: 'openid orders:read catalog:read',
        institutions: ['lyric'],
        contact: 'lyric:00042',
      }),
    ).toEqual({
      id: 'sub:u-1',
      isAnonymous: false,
      scopes: new Set(['orders:read', 'catalog:read']),
      institutions: new Set(['lyric']),
      contact: { institution: 'lyric', s360Id: '00042' },
      expiresAt: exp * 1_000,
      withdrawn: null,
    });
    expect(await claimsOf({ scp: ['operator', 'email'] })).toMatchObject({
      scopes: new Set(['operator']),
      institutions: null,
      contact: null,
    });
  });

  it('are looked up in keys that are asked for once', async () => {
    await claimsOf({});
    await claimsOf({});
    expect(issuer.questions()).toBe(1);
  });

  it('may name the caller by another claim, whose orders a key of that name has too', async () => {
    const byClient = authenticator({
      jwt: {
        keys: { kind: 'jwks', url: issuer.url },
        algorithms: ['ES256'],
        callerClaim: 'client_id',
      },
    });
    expect(await byClient(bearer(await issuer.token({ client_id: 'shop' })))).toMatchObject({ id: 'shop' });
    await expect(byClient(bearer(await issuer.token()))).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it.each([
    ['no subject', { sub: undefined }],
    ['an empty subject', { sub: '' }],
    ['a subject that is no text', { sub: 7 }],
    ['a subject without end', { sub: 'x'.repeat(201) }],
    ['scopes that are no words', { scope: { all: true } }],
    ['institutions that are no list', { institutions: 'lyric' }],
    ['institutions that are no codes', { institutions: ['*'] }],
    ['no institution', { institutions: null }],
    ['a contact without its institution', { contact: '42' }],
    ['a contact in a list', { contact: ['lyric:42'] }],
    ['a contact that is nobody', { contact: null }],
    ['another audience', { aud: 'other' }],
    ['another issuer', { iss: 'https://evil.example/' }],
    ['a beginning in the future', { nbf: Math.floor(Date.now() / 1_000) + 300 }],
  ])('are refused with %s', async (_what, claims) => {
    await expect(claimsOf(claims)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('are refused without an end, and after it, however much of a minute clocks differ', async () => {
    const endless = bearer(await issuer.token({}, { expiresIn: null }));
    await expect(authenticate(endless)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    const late = bearer(await issuer.token({}, { expiresIn: -61 }));
    await expect(authenticate(late)).rejects.toMatchObject({ message: 'The token has expired' });
    expect(await authenticate(bearer(await issuer.token({}, { expiresIn: -5 })))).toMatchObject({
      id: 'sub:somebody',
    });
  });

  it('are refused with any letter of the signature or the claims changed', async () => {
    const [header, claims, signature] = (await issuer.token()).split('.') as [string, string, string];
    const others = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown>;
    const forged = Buffer.from(JSON.stringify({ ...others, scope: 'operator' })).toString('base64url');
    const broken = (signature.startsWith('A') ? 'B' : 'A') + signature.slice(1);
    for (const token of [
      `${header}.${forged}.${signature}`,
      `${header}.${claims}.${broken}`,
      `${header}.${claims}.`,
    ]) {
      await expect(authenticate(bearer(token))).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    }
  });

  it('are refused without a signature, under whatever name that goes', async () => {
    const claims = (await issuer.token({ scope: 'operator' })).split('.')[1]!;
    for (const alg of ['none', 'None', 'NONE', '']) {
      const header = Buffer.from(JSON.stringify({ alg, kid: 'one' })).toString('base64url');
      await expect(authenticate(bearer(`${header}.${claims}.`))).rejects.toMatchObject({
        code: 'UNAUTHENTICATED',
      });
    }
  });

  it('are refused when the public key was taken for a secret', async () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const claims = (await issuer.token({ scope: 'operator' })).split('.')[1]!;
    const header = Buffer.from(JSON.stringify({ alg: 'HS256', kid: 'one' })).toString('base64url');
    for (const secret of [
      JSON.stringify(issuer.publicKey),
      publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    ]) {
      const signature = createHmac('sha256', secret).update(`${header}.${claims}`).digest('base64url');
      await expect(authenticate(bearer(`${header}.${claims}.${signature}`))).rejects.toMatchObject({
        code: 'UNAUTHENTICATED',
      });
    }
  });

  it('bring no key of their own, and no address of one', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    const jwk = { ...(await exportJWK(publicKey)), kid: 'evil' };
    let asked = 0;
    const evil = createServer((_request, response) => {
      asked += 1;
      response.end(JSON.stringify({ keys: [jwk] }));
    }).listen(0, '127.0.0.1');
    await once(evil, 'listening');
    const address = `http://127.0.0.1:${(evil.address() as AddressInfo).port}/`;
    const now = Math.floor(Date.now() / 1_000);
    const claims = { iss: ISSUER, aud: AUDIENCE, sub: 'evil', exp: now + 60, scope: 'operator' };
    for (const header of [
      { jwk },
      { jku: address },
      { x5u: address },
      { kid: 'evil' },
      { kid: '../../evil' },
      { kid: 'one' },
      { kid: address },
    ]) {
      const token = await new SignJWT(claims)
        .setProtectedHeader({ alg: 'ES256', ...header })
        .sign(privateKey);
      await expect(authenticate(bearer(token))).rejects.toMatchObject({
        code: 'UNAUTHENTICATED',
      });
    }
    expect(asked).toBe(0);
    evil.close();
  });

  it('cannot be judged while the issuer does not answer, which is nobody’s mistake', async () => {
    const lost = authenticator({
      jwt: { keys: { kind: 'jwks', url: 'http://127.0.0.1:9/' }, algorithms: ['ES256'] },
    });
    await expect(lost(bearer(await issuer.token()))).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      isRetryable: true,
    });
  });

  it('may be signed with a shared secret, by the algorithms that were chosen', async () => {
    const shared = authenticator({ jwt: {} });
    const sign = (alg: string, secret: string) =>
      new SignJWT({ scope: 'operator' })
        .setProtectedHeader({ alg })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setSubject('u')
        .setExpirationTime('1m')
        .sign(new TextEncoder().encode(secret));
    expect(await shared(bearer(await sign('HS256', SECRET)))).toMatchObject({ id: 'sub:u' });
    for (const token of [await sign('HS512', SECRET.repeat(2)), await sign('HS256', `${SECRET}x`)]) {
      await expect(shared(bearer(token))).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    }
    await expect(shared(bearer(await issuer.token()))).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});
