import type { ContractConfig } from '../config/contract.js';
import type { Clock } from '../clock.js';
import { openReplicaBudget, type ReplicaBudgetOptions } from '../datasources/replica-budget.js';
import { CallBudget, type CallTicket } from '../datasources/s360/call-budget.js';
import { UpstreamRateLimitedError } from '../errors.js';
import { createCallLedger } from '../journal/call-ledger.js';
import type { Journal } from '../journal/database.js';
import type { Logger } from 'pino';

export interface TurnParts {
  readonly contract: ContractConfig;
  /** Where calls are counted: the gateway's, so that none is made that the contract does not have. */
  readonly journal: Journal;
  readonly clock: Clock;
  readonly log: Logger;
  /** Where replicas buy their calls: the doctor is one more of them. Absent: there is one process. */
  readonly replicaOf?: ((institution: string) => ReplicaBudgetOptions | undefined) | undefined;
}

/** Calls that no client of ours makes, each bought like any other. */
export interface OwnTurns {
  /** Throws UpstreamRateLimitedError where none is to be had until then. */
  take(call: { readonly service: string; readonly method: string }): Promise<CallTicket>;
  stop(): Promise<void>;
}

export async function openOwnTurns(
  institution: string,
  { contract, journal, clock, log, replicaOf }: TurnParts,
  { deadlineMs, untilMs }: { readonly deadlineMs: number; readonly untilMs: number },
): Promise<OwnTurns> {
  const ledger = createCallLedger(journal, institution);
  const replica = replicaOf?.(institution);
  const settings = { ...contract, institution, baseUrl: '', username: '', password: '', levels: {} };
  const shared = replica && (await openReplicaBudget(replica, settings, { ledger, clock, log }));
  const budget = await CallBudget.open({ ...contract, ...shared, institution, ledger, clock });
  return {
    take: (call) => inItsTurn(clock, untilMs, () => budget.take({ ...call, lane: 'catalog', deadlineMs })),
    stop: async () => shared?.pool.stop(),
  };
}

/** A minute's calls come back by themselves, and so does the way to the other replicas: waits for them, until then. */
export async function inItsTurn<T>(clock: Clock, untilMs: number, ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof UpstreamRateLimitedError) || !PASSING.has(error.refusedBy)) throw error;
      const waitMs = error.retryAfterMs ?? 1_000;
      if (clock.now() + waitMs > untilMs) throw error;
      await clock.sleep(waitMs);
    }
  }
}

const PASSING: ReadonlySet<UpstreamRateLimitedError['refusedBy']> = new Set(['MINUTE', 'REPLICA']);

/** Why a call was not made, and what to do about it. */
export function turnRefused({ refusedBy }: UpstreamRateLimitedError): readonly [says: string, todo: string] {
  switch (refusedBy) {
    case 'REPLICA':
      return [
        'not asked: Redis is away, so nobody can say what the replicas ask in this minute',
        'See what is said of Redis, and repeat.',
      ];
    case 'MONTH':
    case 'MONTH_BYTES':
      return [
        "not asked: what is left of the month's allowance is for sales",
        'Repeat in the next month, or raise the contract.',
      ];
    case 'S360':
      return ['S-360 takes no more calls in this minute', 'Run the doctor again in a minute.'];
    default:
      return [
        'not asked: the gateways need the calls of this minute for themselves',
        'Run the doctor again in a minute.',
      ];
  }
}
