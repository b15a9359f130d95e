import { hashOfKey, newApiKey, type ApiKeyEntry } from '../../src/auth/api-keys.js';
import type { Scope } from '../../src/domain/caller.js';
import { inventedContacts } from '../../src/sandbox/contacts/invented-contacts.js';
import { startTestGateway, type TestGateway } from './gateway.js';
import { SHORT_WAITS } from './order-house.js';
import { orderWorld } from './order-world.js';
import { startTestSandbox, type TestSandbox } from './sandbox.js';
import { startIssuer, type Issuer } from './tokens.js';

/** A gateway that asks who asks, with two institutions: `small` and `other`, which has everything that `small` has. */
export interface GuardedHouse extends AsyncDisposable {
  readonly gateway: TestGateway;
  readonly sandbox: TestSandbox;
  readonly issuer: Issuer;
  /** The key of a caller named `shop` that has these scopes and no others. */
  keyWith(scopes: Iterable<Scope>): string;
  /** Keys of callers with everything: `rival`, and `local`, who has `small` alone. */
  readonly rival: string;
  readonly local: string;
}

export async function startGuardedHouse(): Promise<GuardedHouse> {
  const world = orderWorld();
  const [small] = world.institutions;
  small!.contacts = inventedContacts('small');
  const second = orderWorld().institutions[0]!;
  world.institutions.push({ ...second, code: 'other', contacts: inventedContacts('small') });
  const sandbox = await startTestSandbox({ world, minuteMs: Number(SHORT_WAITS.S360_MINUTE_MS) });
  const issuer = await startIssuer();
  const entries: ApiKeyEntry[] = [];
  const keys = new Map<string, string>();
  const add = (entry: Omit<ApiKeyEntry, 'sha256'>): string => {
    const key = newApiKey();
    entries.push({ ...entry, sha256: hashOfKey(key) });
    return key;
  };
  for (const scopes of subsetsOf(SCOPES_TRIED)) keys.set(scopes.join(' '), add({ name: 'shop', scopes }));
  const rival = add({ name: 'rival', scopes: SCOPES_TRIED });
  const local = add({ name: 'local', scopes: SCOPES_TRIED, institutions: ['small'] });
  const gateway = await startTestGateway({
    institutions: sandbox.institutions,
    env: {
      ...SHORT_WAITS,
      ...issuer.settings,
      JWT_CALLER_CLAIM: 'client_id',
      AUTH: 'on',
      API_KEYS: JSON.stringify(entries),
    },
  });
  return {
    gateway,
    sandbox,
    issuer,
    rival,
    local,
    keyWith: (scopes) => {
      const wanted = new Set(scopes);
      return keys.get(SCOPES_TRIED.filter((scope) => wanted.has(scope)).join(' '))!;
    },
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await sandbox.stop();
      await issuer[Symbol.asyncDispose]();
    },
  };
}

export const SCOPES_TRIED: readonly Scope[] = [
  'catalog:read',
  'availability:read',
  'contacts:read',
  'contacts:write',
  'orders:read',
  'orders:write',
  'tickets:read',
  'operator',
];

/** All but the empty one. */
function subsetsOf(scopes: readonly Scope[]): Scope[][] {
  return Array.from({ length: 2 ** scopes.length - 1 }, (_, index) =>
    scopes.filter((_scope, bit) => ((index + 1) >> bit) & 1),
  );
}
