import type { Logger } from 'pino';
import type { Clock } from '../clock.js';
import type { CallLedger } from '../journal/call-ledger.js';
import type { RedisLink } from '../redis/redis-link.types.js';
import type { CallPool } from './s360/call-pool.types.js';
import type { AloneRules } from './s360/call-purchase.js';
import { CATALOG_LIMIT } from './s360/guesses.js';
import { MARGIN } from './s360/method-tokens.js';
import { DEFAULT_DEADLINES, type S360Settings } from './s360/settings.js';

/** What an institution's budget needs to be one of several. */
export interface ReplicaBudgetOptions {
  readonly link: RedisLink;
  /** How many replicas there are; null: nobody said. */
  readonly replicas: number | null;
  /** Under which the institution's keys are. */
  readonly name: string;
  /** Whether there is a catalog to serve. */
  readonly hasCatalog: () => boolean;
}

/** For so long a replica with nothing to serve waits for Redis before it loads the first catalog on its own. */
const PATIENCE_MS = 2_000;

/** Loaded only where there are several replicas. */
export async function openReplicaBudget(
  { link, replicas, name, hasCatalog }: ReplicaBudgetOptions,
  { minuteMs, deadlines }: S360Settings,
  { ledger, clock, log }: { readonly ledger: CallLedger; readonly clock: Clock; readonly log: Logger },
): Promise<{ readonly pool: CallPool; readonly alone: AloneRules }> {
  const { SharedCallPool } = await import('./s360/shared-call-pool.js');
  const { callMs, catalogMs, orderMs } = { ...DEFAULT_DEADLINES, ...deadlines };
  const pool = new SharedCallPool({
    institution: name,
    link,
    windowMs: minuteMs * (1 + MARGIN),
    longestTokenMs: minuteMs * (CATALOG_LIMIT.minutes + MARGIN) + 2 * Math.max(callMs, catalogMs, orderMs),
    totals: (monthStartsAt) => ledger.month(monthStartsAt),
    log,
    now: () => clock.now(),
  });
  // Real time, as it is about a connection.
  let awaySince = link.isUp() ? Infinity : performance.now();
  link.onChange((isUp) => {
    awaySince = isUp ? Infinity : performance.now();
  });
  return {
    pool,
    alone: {
      replicas: replicas ?? 1,
      // The journal that replicas share lets one of them load it.
      mayPoll: (lane) =>
        performance.now() - awaySince > PATIENCE_MS &&
        (replicas === 1 || (lane === 'catalog' && !hasCatalog())),
    },
  };
}
