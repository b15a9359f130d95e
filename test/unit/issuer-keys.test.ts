import { describe, expect, it } from 'vitest';
import { createAuthenticator } from '../../src/auth/authenticator.js';
import { AUDIENCE, ISSUER, startIssuer, type Issuer } from '../support/tokens.js';

const MINUTE_MS = 60_000;

/** A gateway's door for the tokens of an issuer, with a clock that the test moves. */
function doorFor({ url }: Issuer) {
  let movedMs = 0;
  const authenticate = createAuthenticator(
    {
      mode: 'required',
      keys: [],
      jwt: {
        keys: { kind: 'jwks', url },
        algorithms: ['ES256'],
        issuer: ISSUER,
        audience: AUDIENCE,
        callerClaim: 'sub',
      },
      publicScopes: [],
    },
    () => Date.now() + movedMs,
  );
  return {
    later: (ms: number) => void (movedMs += ms),
    /** `in`, or the code of the refusal. */
    async show(token: string): Promise<string> {
      return authenticate({ authorization: `Bearer ${token}` }).then(
        () => 'in',
        (error: { readonly code: string }) => error.code,
      );
    },
  };
}

/** Long enough for a clock that is moved. */
const LASTING = { expiresIn: 86_400 };

describe("an issuer's keys", () => {
  it('may change at any time: tokens of the new key are let in at once, those of the old one no more', async () => {
    await using issuer = await startIssuer();
    const door = doorFor(issuer);
    const old = await issuer.token({}, LASTING);
    expect(await door.show(old)).toBe('in');
    door.later(MINUTE_MS);
    await issuer.rotate();
    const tokens = await Promise.all([1, 2, 3].map(() => issuer.token({}, LASTING)));
    expect(await Promise.all(tokens.map((token) => door.show(token)))).toEqual(['in', 'in', 'in']);
    expect(await door.show(old)).toBe('UNAUTHENTICATED');
    expect(issuer.questions()).toBe(2);
  });

  it('are forgotten ten minutes after the issuer has withdrawn them', async () => {
    await using issuer = await startIssuer();
    const door = doorFor(issuer);
    const old = await issuer.token({}, LASTING);
    expect(await door.show(old)).toBe('in');
    await issuer.rotate();
    door.later(9 * MINUTE_MS);
    expect(await door.show(old)).toBe('in');
    door.later(MINUTE_MS);
    expect(await door.show(old)).toBe('UNAUTHENTICATED');
  });

  it('are asked for once in half a minute, however many keys somebody invents', async () => {
    await using issuer = await startIssuer();
    const door = doorFor(issuer);
    expect(await door.show(await issuer.token())).toBe('in');
    await issuer.rotate({ publish: false });
    const invented = await issuer.token({}, LASTING);
    for (let tries = 0; tries < 20; tries += 1) expect(await door.show(invented)).toBe('UNAUTHENTICATED');
    expect(issuer.questions()).toBe(1);
    door.later(MINUTE_MS);
    for (let tries = 0; tries < 20; tries += 1) expect(await door.show(invented)).toBe('UNAUTHENTICATED');
    expect(issuer.questions()).toBe(2);
  });

  it.each([500, 'silence'] as const)(
    'go on to count while it answers with %s, and what they do not know is refused without waiting again',
    async (what) => {
      await using issuer = await startIssuer();
      const door = doorFor(issuer);
      const known = await issuer.token({}, LASTING);
      expect(await door.show(known)).toBe('in');
      issuer.answerWith(what);
      await issuer.rotate({ publish: false });
      const unknown = await issuer.token({}, LASTING);
      for (let hours = 0; hours < 5; hours += 1) {
        door.later(60 * MINUTE_MS);
        expect(await door.show(known)).toBe('in');
        // Nobody can say whether it is a new key: that is no mistake of whoever shows it.
        expect(await door.show(unknown)).toBe('UPSTREAM_UNAVAILABLE');
        if (what === 'silence') break;
      }
      const asked = issuer.questions();
      for (let tries = 0; tries < 20; tries += 1) {
        expect([await door.show(known), await door.show(unknown)]).toEqual(['in', 'UPSTREAM_UNAVAILABLE']);
        if (what === 'silence') break;
      }
      expect(issuer.questions()).toBe(asked);
    },
  );

  it('are had as soon as it is back', async () => {
    await using issuer = await startIssuer();
    issuer.answerWith(500);
    const door = doorFor(issuer);
    const token = await issuer.token({}, LASTING);
    expect([await door.show(token), await door.show(token)]).toEqual([
      'UPSTREAM_UNAVAILABLE',
      'UPSTREAM_UNAVAILABLE',
    ]);
    expect(issuer.questions()).toBe(1);
    issuer.answerWith(null);
    door.later(1_000);
    expect(await door.show(token)).toBe('in');
  });
});
