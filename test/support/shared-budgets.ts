import { pino } from 'pino';
import { CallBudget, type CallBudgetOptions } from '../../src/datasources/s360/call-budget.js';
import type { AloneRules } from '../../src/datasources/s360/call-purchase.js';
import { SharedCallPool } from '../../src/datasources/s360/shared-call-pool.js';
import { createCallLedger, type CallLedger } from '../../src/journal/call-ledger.js';
import { openJournal, type Journal } from '../../src/journal/database.js';
import { openRedis } from '../../src/redis/open-redis.js';
import type { RedisLink } from '../../src/redis/redis-link.types.js';
import { eventually } from './eventually.js';
import { createManualClock, type ManualClock } from './manual-clock.js';

export const MINUTE_MS = 60_000;

/** The budget of one institution in one of several replicas. */
export interface Replica extends AsyncDisposable {
  readonly budget: CallBudget;
  readonly pool: SharedCallPool;
  readonly link: RedisLink;
  /** Resolves when it counts with the others. */
  joined(): Promise<void>;
  /** Resolves when it knows that it is cut off. */
  cutOff(): Promise<void>;
}

export interface ReplicaOptions extends Partial<CallBudgetOptions> {
  readonly url: string;
  readonly clock: ManualClock;
  readonly ledger: CallLedger;
  readonly institution?: string;
  readonly alone?: AloneRules;
  /** Of each operation of Redis: long, as a busy machine is not what most tests are about. */
  readonly deadlineMs?: number;
}

export async function openReplica({
  url,
  institution = 'house',
  deadlineMs = 5_000,
  ...options
}: ReplicaOptions): Promise<Replica> {
  const { clock, ledger } = options;
  const link = openRedis(url, { log: pino({ level: 'silent' }), deadlineMs });
  const pool = new SharedCallPool({
    institution,
    link,
    windowMs: MINUTE_MS * 1.01,
    longestTokenMs: 15 * MINUTE_MS,
    totals: (startsAt) => ledger.month(startsAt),
    log: pino({ level: 'silent' }),
    now: () => clock.now(),
    sharedNow: () => clock.now(),
  });
  const budget = await CallBudget.open({
    institution,
    minuteMs: MINUTE_MS,
    callsPerMinute: 70,
    callsPerMonth: 10_000,
    bytesPerMonth: null,
    pool,
    ...options,
  });
  const until = async (what: string, isReachable: boolean): Promise<void> => {
    await eventually(what, () => (pool.isReachable() === isReachable ? true : null), 10_000);
    await pool.settled();
  };
  return {
    budget,
    pool,
    link,
    joined: () => until('a replica that counts with the others', true),
    cutOff: () => until('a replica that is cut off', false),
    async [Symbol.asyncDispose]() {
      await pool.stop();
      await link.close();
    },
  };
}

export interface House extends AsyncDisposable {
  readonly clock: ManualClock;
  readonly journal: Journal;
  readonly ledger: CallLedger;
  readonly replicas: readonly Replica[];
}

/** Several replicas on one Redis and one journal, all joined, past the second in which nobody is granted anything. */
export async function openReplicas(
  url: string,
  count: number,
  options: Partial<Omit<ReplicaOptions, 'url' | 'clock' | 'ledger'>> = {},
): Promise<House> {
  const clock = createManualClock();
  const journal = openJournal(':memory:');
  const ledger = createCallLedger(journal, options.institution ?? 'house');
  const replicas = await Promise.all(
    Array.from({ length: count }, () => openReplica({ url, clock, ledger, ...options })),
  );
  await Promise.all(replicas.map((replica) => replica.joined()));
  await clock.advance(1_000);
  return {
    clock,
    journal,
    ledger,
    replicas,
    async [Symbol.asyncDispose]() {
      for (const replica of replicas) await replica[Symbol.asyncDispose]();
      await journal.destroy();
    },
  };
}
