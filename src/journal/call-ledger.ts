import { sql } from 'kysely';
import type { Journal } from './database.js';
import { UNAWAITED } from './disk-sync.js';

/** What one institution's call budget must still know after a crash. */
export interface CallLedger {
  /** `Service.method` or `Service.method/key` to the epoch ms from when it may be asked again; without what is past. */
  tokens(now: number): Promise<ReadonlyMap<string, number>>;
  /** Calls and bytes of the month that starts then; zeros for a new one. */
  month(startsAt: number): Promise<{ readonly calls: number; readonly bytes: number }>;
  /**
   * One call of the month, and its method's token where it has one: durable when it resolves. Without a token it
   * survives the process, as bytes do, but perhaps not a loss of power. Rejects with TokenTakenError, and records
   * nothing, where the token shall be free at `ifFreeAt` and another has taken it.
   */
  recordCall(monthStartsAt: number, token: RecordedToken | null): Promise<void>;
  recordToken(method: string, freeAt: number): Promise<void>;
  recordBytes(monthStartsAt: number, bytes: number): Promise<void>;
  /** For a recorded call that was never sent. */
  takeBackCall(monthStartsAt: number): Promise<void>;
}

export interface RecordedToken {
  readonly method: string;
  /** Epoch ms. */
  readonly freeAt: number;
  /** Epoch ms; absent: it is taken whoever has it. */
  readonly ifFreeAt?: number;
}

/** Whoever shares the journal has the token, until `freeAt`. */
export class TokenTakenError extends Error {
  constructor(readonly freeAt: number) {
    super('the token is taken');
  }
}

export function createCallLedger(journal: Journal, institution: string): CallLedger {
  async function recordToken(method: string, until: number, within: Journal = journal): Promise<void> {
    // A short minute has windows that end within a millisecond, and the table counts whole ones.
    const freeAt = Math.ceil(until);
    await within
      .insertInto('call_token')
      .values({ institution, method, free_at: freeAt })
      .onConflict((conflict) => conflict.columns(['institution', 'method']).doUpdateSet({ free_at: freeAt }))
      .execute();
  }

  async function buyToken({ method, freeAt, ifFreeAt }: RecordedToken, within: Journal): Promise<void> {
    if (ifFreeAt === undefined) return recordToken(method, freeAt, within);
    const bought = await within
      .insertInto('call_token')
      .values({ institution, method, free_at: Math.ceil(freeAt) })
      .onConflict((conflict) =>
        conflict
          .columns(['institution', 'method'])
          .doUpdateSet({ free_at: Math.ceil(freeAt) })
          .where('call_token.free_at', '<=', ifFreeAt),
      )
      .returning('free_at')
      .executeTakeFirst();
    if (bought !== undefined) return;
    const { free_at: takenUntil } = await within
      .selectFrom('call_token')
      .select('free_at')
      .where('institution', '=', institution)
      .where('method', '=', method)
      .executeTakeFirstOrThrow();
    throw new TokenTakenError(takenUntil);
  }

  async function count(
    monthStartsAt: number,
    { calls = 0, bytes = 0 }: { readonly calls?: number; readonly bytes?: number },
    within: Journal = journal,
  ): Promise<void> {
    const insertion = within
      .insertInto('call_count')
      .values({ institution, month_start: monthStartsAt, calls, bytes })
      .onConflict((conflict) =>
        conflict.columns(['institution', 'month_start']).doUpdateSet((expression) => ({
          calls: expression('call_count.calls', '+', calls),
          bytes: expression('call_count.bytes', '+', bytes),
        })),
      );
    // Orders are being written meanwhile, and their sync should not have to wait for this one.
    await (within === journal ? insertion.modifyEnd(sql.raw(UNAWAITED)) : insertion).execute();
  }

  return {
    async tokens(now) {
      await journal
        .deleteFrom('call_token')
        .where('institution', '=', institution)
        .where('free_at', '<=', now)
        .execute();
      const rows = await journal
        .selectFrom('call_token')
        .select(['method', 'free_at'])
        .where('institution', '=', institution)
        .execute();
      return new Map(rows.map(({ method, free_at: freeAt }) => [method, freeAt]));
    },
    async month(startsAt) {
      const row = await journal
        .selectFrom('call_count')
        .select(['calls', 'bytes'])
        .where('institution', '=', institution)
        .where('month_start', '=', startsAt)
        .executeTakeFirst();
      return row ?? { calls: 0, bytes: 0 };
    },
    recordCall: (monthStartsAt, token) =>
      // Orders and contacts have no token: for them one statement is enough, and somebody waits for it.
      token === null
        ? count(monthStartsAt, { calls: 1 })
        : journal.transaction().execute(async (transaction) => {
            await count(monthStartsAt, { calls: 1 }, transaction);
            await buyToken(token, transaction);
          }),
    recordToken: (method, freeAt) => recordToken(method, freeAt),
    recordBytes: (monthStartsAt, bytes) => count(monthStartsAt, { bytes }),
    takeBackCall: (monthStartsAt) => count(monthStartsAt, { calls: -1 }),
  };
}
