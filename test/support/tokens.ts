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
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256', use: 'sig' };
  let questions = 0;
  const server = createServer((_request, response) => {
    questions += 1;
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [jwk] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
  return {
    url,
    settings: { JWT_JWKS_URL: url, JWT_ISSUER: ISSUER, JWT_AUDIENCE: AUDIENCE },
    publicKey: jwk,
    questions: () => questions,
    token: (claims = {}, { expiresIn = 300, header = {} } = {}) => {
      const now = Math.floor(Date.now() / 1_000);
      return new SignJWT({
        iss: ISSUER,
        aud: AUDIENCE,
        sub: 'somebody',
        ...(expiresIn === null ? {} : { exp: now + expiresIn }),
        ...claims,
      })
        .setProtectedHeader({ alg: 'ES256', kid: 'one', ...header })
        .sign(privateKey);
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
