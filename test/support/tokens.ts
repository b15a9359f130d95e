import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type JWK } from 'jose';

/** Who gives tokens, as an identity provider does: two keys, published. */
export interface Issuer extends AsyncDisposable {
  readonly url: string;
  /** Settings that make a gateway take its tokens. */
  readonly settings: Readonly<Record<string, string>>;
  readonly publicKey: JWK;
  /** How often its keys were asked for. */
  readonly questions: () => number;
  /** From now on tokens are signed by a new key, and it alone is published, unless `publish` is false. */
  rotate(options?: { readonly publish?: boolean }): Promise<void>;
  /** What is answered instead of the keys; null: the keys. `silence` never answers. */
  answerWith(what: 500 | 'silence' | null): void;
  token(claims?: Readonly<Record<string, unknown>>, options?: TokenOptions): Promise<string>;
}

export interface TokenOptions {
  /** Seconds; null: none. Five minutes by default. */
  readonly expiresIn?: number | null;
  readonly header?: Readonly<Record<string, unknown>>;
}

export const ISSUER = 'https://id.partner.example/';
export const AUDIENCE = 'foyer';

export async function startIssuer(): Promise<Issuer> {
  const first = await newKey('one');
  let signing = first;
  let published = first;
  let instead: 500 | 'silence' | null = null;
  let questions = 0;
  const server = createServer((_request, response) => {
    questions += 1;
    if (instead === 'silence') return;
    if (instead === 500) return void response.writeHead(500).end();
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [published.jwk] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
  return {
    url,
    settings: { JWT_JWKS_URL: url, JWT_ISSUER: ISSUER, JWT_AUDIENCE: AUDIENCE },
    publicKey: first.jwk,
    questions: () => questions,
    async rotate({ publish = true } = {}) {
      signing = await newKey(`${signing.jwk.kid} and another`);
      if (publish) published = signing;
    },
    answerWith: (what) => {
      instead = what;
    },
    token: (claims = {}, { expiresIn = 300, header = {} } = {}) => {
      const now = Math.floor(Date.now() / 1_000);
      return new SignJWT({
        iss: ISSUER,
        aud: AUDIENCE,
        sub: 'somebody',
        ...(expiresIn === null ? {} : { exp: now + expiresIn }),
        ...claims,
      })
        .setProtectedHeader({ alg: 'ES256', kid: signing.jwk.kid, ...header })
        .sign(signing.privateKey);
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function newKey(kid: string) {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' } };
}
