import { SignJWT, errors, jwtVerify } from 'jose';
import { SANDBOX_PASSWORD, operatorOf } from './credentials.js';
import { Refusal } from './refusal.js';

const SECRET = new TextEncoder().encode(SANDBOX_PASSWORD);
const TOKEN_LIFE = '15 minutes';
/** Clocks of two machines are never quite the same. */
const CLOCK_TOLERANCE_SECONDS = 60;

/**
 * Checks a bearer token: HS256 with the operator's secret, `sub` the institution, `aud` the operator, `iat` and `exp`
 * in seconds on the machine's clock (the caller's clock does not follow when the sandbox's is moved). Any life is
 * accepted, as clients were seen with a year.
 */
export async function checkBearerToken(
  authorization: string | undefined,
  institutionCode: string,
): Promise<void> {
  const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) throw new Refusal('unauthenticated', 'A bearer token is required');
  const audience = operatorOf(institutionCode);
  try {
    const { payload } = await jwtVerify(token, SECRET, {
      algorithms: ['HS256'],
      requiredClaims: ['sub', 'aud', 'iat', 'exp'],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
    });
    const isOwn = payload.sub?.toLowerCase() === institutionCode && [payload.aud].flat().includes(audience);
    if (!isOwn) throw new Refusal('forbidden', 'This operator has no right to this service');
  } catch (error) {
    if (error instanceof errors.JOSEError) throw new Refusal('unauthenticated', 'The token is not valid');
    throw error;
  }
}

/** A token as the token endpoint hands it out; null when operator or secret are wrong. */
export async function issueToken(
  institutionCode: string,
  request: { readonly operator: unknown; readonly partner: unknown; readonly secret: unknown },
): Promise<string | null> {
  const operator = operatorOf(institutionCode);
  if (request.operator !== operator || request.secret !== SANDBOX_PASSWORD) return null;
  return new SignJWT()
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(institutionCode.toUpperCase())
    .setAudience(operator)
    .setIssuer(typeof request.partner === 'string' ? request.partner : operator)
    .setIssuedAt()
    .setExpirationTime(TOKEN_LIFE)
    .sign(SECRET);
}
