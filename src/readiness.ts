import type { ContractConfig } from './config.js';
import type { Institution } from './services/institution.types.js';

export interface Readiness {
  readonly ready: boolean;
  /** In words, one for each institution that cannot be served. */
  readonly reasons: string[];
}

/** Ready when every institution has a catalog to answer from and nothing that only a person can mend. */
export function readinessOf(institutions: ReadonlyMap<string, Institution>): Readiness {
  const reasons = [...institutions.values()].flatMap(({ code, catalog }) => {
    const reason = catalog.notReadyReason();
    return reason === null ? [] : [`${code}: ${reason}`];
  });
  return { ready: reasons.length === 0, reasons };
}

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
