import { z } from 'zod';
import type { AuthSettings } from '../auth/authenticator.js';
import type { JwtSettings } from '../auth/json-web-tokens.js';
import type { Config } from '../config/config.js';
import { isOwnMachine } from './address-check.js';
import { ok, problem, warning, type Check, type Finding } from './finding.js';

/** Who may ask, and whether the keys of tokens can be had. Names callers, and nothing that lets one in. */
export function authCheck(config: Config): Check {
  return { subject: 'AUTH', run: (signal) => authFindings(config, signal) };
}

type Required = Extract<AuthSettings, { readonly mode: 'required' }>;

async function authFindings(
  { auth, host, institutions }: Config,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  if (auth.mode === 'open') {
    const said = 'whoever reaches the gateway may do everything';
    // Something in front may ask on the same machine; on an open port, or with real orders, it has to be thought of.
    return isOwnMachine(host) || institutions === null
      ? [ok('AUTH', said)]
      : [
          warning(
            'AUTH',
            `${said}, and it listens on ${host}`,
            'Set API_KEYS or JWT_…, unless something in front asks who comes (docs/security.md).',
          ),
        ];
  }
  return [
    ...keyFindings(auth),
    ...(auth.jwt === null ? [] : [await tokenFinding(auth.jwt, signal)]),
    ...(auth.publicScopes.length === 0
      ? []
      : [ok('AUTH_PUBLIC', `without a credential: ${auth.publicScopes.join(', ')}`)]),
  ];
}

const MOST_NAMES = 10;

function keyFindings({ keys, jwt }: Required): readonly Finding[] {
  if (keys.length === 0) return [];
  const names = [...new Set(keys.map(({ name }) => name))];
  const shown = names.slice(0, MOST_NAMES).join(', ');
  const rest = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : '';
  const findings: Finding[] = [
    ok('API_KEYS', `${keys.length} key${keys.length === 1 ? '' : 's'} of ${shown}${rest}`),
  ];
  if (jwt === null && !keys.some(({ scopes }) => scopes.includes('operator'))) {
    findings.push(
      warning(
        'API_KEYS',
        'no key has the scope operator: nobody sees budgets, drift and the schema, nor does the doctor by --url',
        'Make one for whoever operates it: `npm run key -- --name operator --scopes operator`.',
      ),
    );
  }
  return findings;
}

const KEYS_MS = 5_000;
const keySet = z.object({ keys: z.array(z.object({ kty: z.string(), crv: z.string().optional() })) });

async function tokenFinding(
  { keys, issuer, algorithms }: JwtSettings,
  signal: AbortSignal,
): Promise<Finding> {
  const whose = `tokens of ${issuer} (${algorithms.join(', ')})`;
  if (keys.kind === 'secret') return ok('JWT_SECRET', `checks ${whose}`);
  const subject = 'JWT_JWKS_URL';
  let answer: { readonly status: number; readonly body: unknown };
  try {
    // As the gateway does it: a redirection is none of the issuer's keys.
    const response = await fetch(keys.url, {
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(KEYS_MS)]),
    });
    answer = { status: response.status, body: await response.json().catch(() => null) };
  } catch (error) {
    return unreadable(subject, `nobody answers there (${reasonOf(error)})`);
  }
  const { success, data } = keySet.safeParse(answer.body);
  if (answer.status !== 200 || !success) {
    return unreadable(subject, `what answers there is no set of keys (HTTP ${answer.status})`);
  }
  const fitting = data.keys.filter((key) => algorithms.some((algorithm) => fits(algorithm, key)));
  if (fitting.length > 0) {
    return ok(subject, `has ${fitting.length} key${fitting.length === 1 ? '' : 's'} for ${whose}`);
  }
  return problem(
    subject,
    `none of its ${data.keys.length} keys is for ${algorithms.join(', ')}: no token is let in`,
    'Set JWT_ALGORITHMS to what the issuer signs with.',
  );
}

function unreadable(subject: string, says: string): Finding {
  return problem(
    subject,
    `${says}: no token is let in`,
    'Check the address (OpenID issuers name it as `jwks_uri` in /.well-known/openid-configuration) and the way out.',
  );
}

/** RFC 7518, 3.1 and RFC 8037: which kind of key an algorithm takes. */
function fits(
  algorithm: string,
  { kty, crv }: { readonly kty: string; readonly crv?: string | undefined },
): boolean {
  if (/^(RS|PS)/.test(algorithm)) return kty === 'RSA';
  if (algorithm === 'EdDSA') return kty === 'OKP';
  return kty === 'EC' && crv === CURVES[algorithm];
}

const CURVES: Readonly<Record<string, string>> = { ES256: 'P-256', ES384: 'P-384' };

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof Error && 'code' in cause) return String(cause.code);
  return error instanceof Error ? error.name : 'no reason given';
}
