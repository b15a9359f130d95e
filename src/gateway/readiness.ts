import type { ContractConfig } from '../config/contract.js';
import type { Institution } from '../services/institution.types.js';

export interface Readiness {
  readonly ready: boolean;
  /** In words, one for each institution that cannot be served, and what else is not as it should be. */
  readonly reasons: string[];
}

/** What may be less than it should be; null or absent: there is no such thing here. */
export interface ReadinessParts {
  readonly redis?: { isUp(): boolean } | null | undefined;
  readonly apiKeys?: { isCurrent(): boolean } | null | undefined;
}

/**
 * Ready when every institution has a catalog to answer from and nothing that only a person can mend. A Redis that is
 * away, or a file of keys that is broken, is told, and is no reason to send nobody here: the other replicas miss it too.
 */
export function readinessOf(
  institutions: ReadonlyMap<string, Pick<Institution, 'code' | 'catalog'>>,
  { redis, apiKeys }: ReadinessParts = {},
): Readiness {
  const reasons = [...institutions.values()].flatMap(({ code, catalog }) => {
    const reason = catalog.notReadyReason();
    return reason === null ? [] : [`${code}: ${reason}`];
  });
  const ready = reasons.length === 0;
  if (redis?.isUp() === false) reasons.push(REDIS_AWAY);
  if (apiKeys?.isCurrent() === false) reasons.push(KEYS_OUTDATED);
  return { ready, reasons };
}

const REDIS_AWAY = 'degraded: Redis is away, so this replica does not poll; it serves what it has, and sells';
const KEYS_OUTDATED = 'degraded: API_KEYS_FILE cannot be used, so the keys that it had before count';

/** How long the first line waits for catalogs; a large one takes S-360 about 20 seconds. */
const PATIENCE_MS = 15_000;
const LOOK_EVERY_MS = 50;

/** Resolves with the first ready state, or with the state after PATIENCE_MS. */
export async function whenReady(institutions: ReadonlyMap<string, Institution>): Promise<Readiness> {
  const giveUpAt = Date.now() + PATIENCE_MS;
  for (;;) {
    const state = readinessOf(institutions);
    if (state.ready || Date.now() > giveUpAt) return state;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS).unref());
  }
}

export interface ReadyLineFacts {
  readonly url: string;
  readonly sandboxUrl: string | null;
  readonly contract: ContractConfig;
  readonly state: Readiness;
}

/** The one line on standard output. */
export function readyLine({ url, sandboxUrl, contract, state }: ReadyLineFacts): string {
  const parts = [
    state.ready ? `Foyer is ready: ${url}graphql` : `Foyer listens at ${url}graphql but is not ready`,
    ...(state.ready ? [] : [state.reasons.join('; ')]),
    `GraphiQL: ${url}graphiql`,
  ];
  if (sandboxUrl !== null) {
    parts.push(
      `embedded sandbox: ${sandboxUrl}`,
      `a contract minute lasts ${contract.minuteMs / 1000} s, ${contract.callsPerMonth.toLocaleString('en')} calls a month`,
    );
  }
  return parts.join(' | ');
}
