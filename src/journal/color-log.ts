import { randomUUID } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { Clock } from '../clock.js';
import type { AvailabilityColor, ColorChange } from '../domain/availability.js';
import type { ColorHistory, RecordedColorChange } from './color-history.types.js';
import type { Journal } from './database.js';
import type { PollFacts } from './shared-poll.types.js';
import type { ColorChangeRow } from './tables.js';

/** The log of color changes of all institutions, in one order; `seq` is the position in it. */
export interface ColorLog extends ColorHistory {
  /** Changes with the journal file: a position of another log means nothing here. */
  readonly id: string;
  /** The position of the last change; 0 when there never was one. */
  readonly headSeq: number;
  /** Positions up to this one are no longer kept: whoever saw less has a gap. */
  readonly floorSeq: number;
  /**
   * Writes the changes that `changesNow` answers as one transaction, then calls `onRecorded` before anything else
   * can be appended and in the same turn of the event loop in which `headSeq` moves. So whoever reads what
   * `onRecorded` wrote, together with `headSeq`, has a consistent pair. When writing fails, `onRecorded` is not
   * called and the promise rejects.
   */
  append(
    changesNow: () => readonly ColorChange[],
    onRecorded: (recorded: readonly RecordedColorChange[], headSeq: number) => void,
    /** For a log that replicas share: what they learn with the changes. Not called by others. */
    pollNow?: () => PollFacts,
  ): Promise<void>;
  /** For a log that replicas share: tries to get to a position that a subscriber saw elsewhere. */
  reach?(seq: number): Promise<void>;
  /** Changes after `seq`, oldest first. `readUpTo` says how far was looked: call again from there until `headSeq`. */
  readAfter(seq: number, options?: ReadOptions): Promise<LogPiece>;
}

export interface ReadOptions {
  /** Only these institutions. */
  readonly institutions?: readonly string[];
}

export interface LogPiece {
  readonly changes: readonly RecordedColorChange[];
  readonly readUpTo: number;
}

export interface ColorLogOptions {
  readonly journal: Journal;
  readonly clock: Clock;
  /** How long a change is kept; 30 days by default. */
  readonly maxAgeMs?: number;
  /** How many changes are kept, of all institutions together; 500,000 by default, some 100 MB. */
  readonly maxChanges?: number;
  /** How many positions one `readAfter` looks at; 500 by default. */
  readonly pieceSize?: number;
}

const DEFAULT_MAX_AGE_MS = 30 * 86_400_000;
const DEFAULT_MAX_CHANGES = 500_000;
const DEFAULT_PIECE_SIZE = 500;
/** About 3 ms: SQLite may work on this thread, and must let go of it in between. */
const ROWS_PER_INSERT = 100;
/** Taken away, the log gets another id with the next start: no position of before means anything then. */
export const LOG_ID_FACT = 'color-log.id';
const FLOOR_FACT = 'color-log.floor';

/** Opens the log in the journal, giving the journal an id when it is new. */
export async function createColorLog(options: ColorLogOptions): Promise<ColorLog> {
  const { journal } = options;
  await journal
    .insertInto('fact')
    .values({ name: LOG_ID_FACT, value: randomUUID() })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
  const facts = await journal
    .selectFrom('fact')
    .selectAll()
    .where('name', 'in', [LOG_ID_FACT, FLOOR_FACT])
    .execute();
  const factOf = (name: string): string | undefined => facts.find((fact) => fact.name === name)?.value;
  const newest = await journal
    .selectFrom('color_change')
    .select((select) => select.fn.max('seq').as('seq'))
    .executeTakeFirst();
  const floorSeq = Number(factOf(FLOOR_FACT) ?? 0);
  return new SqlColorLog(options, factOf(LOG_ID_FACT)!, floorSeq, Math.max(floorSeq, newest?.seq ?? 0));
}

class SqlColorLog implements ColorLog {
  readonly #options: ColorLogOptions;
  #headSeq: number;
  #floorSeq: number;
  #queue: Promise<unknown> = Promise.resolve();
  #pruneAt: number;

  constructor(
    options: ColorLogOptions,
    readonly id: string,
    floorSeq: number,
    headSeq: number,
  ) {
    this.#options = options;
    this.#floorSeq = floorSeq;
    this.#headSeq = headSeq;
    this.#pruneAt = options.clock.now();
  }

  get headSeq(): number {
    return this.#headSeq;
  }

  get floorSeq(): number {
    return this.#floorSeq;
  }

  append(
    changesNow: () => readonly ColorChange[],
    onRecorded: (recorded: readonly RecordedColorChange[], headSeq: number) => void,
  ): Promise<void> {
    const turn = this.#queue.then(() => this.#append(changesNow, onRecorded));
    // One failed append must not stop the next one, nor may a failed clean-up fail the append before it.
    this.#queue = turn.then(
      () => this.#prune().catch(() => {}),
      () => {},
    );
    return turn;
  }

  async #append(
    changesNow: () => readonly ColorChange[],
    onRecorded: (recorded: readonly RecordedColorChange[], headSeq: number) => void,
  ): Promise<void> {
    const changes = changesNow();
    const recorded = changes.length === 0 ? [] : await this.#insert(changes);
    this.#headSeq = recorded.at(-1)?.seq ?? this.#headSeq;
    onRecorded(recorded, this.#headSeq);
  }

  async readAfter(seq: number, { institutions }: ReadOptions = {}): Promise<LogPiece> {
    const readUpTo = Math.min(seq + (this.#options.pieceSize ?? DEFAULT_PIECE_SIZE), this.#headSeq);
    let query = this.#options.journal
      .selectFrom('color_change')
      .selectAll()
      .where('seq', '>', seq)
      .where('seq', '<=', readUpTo);
    if (institutions?.length === 0) return { changes: [], readUpTo };
    if (institutions !== undefined) query = query.where('institution', 'in', institutions);
    return { changes: (await query.orderBy('seq').execute()).map(recordOf), readUpTo };
  }

  async ofPerformance(
    institution: string,
    performanceId: string,
    first: number,
  ): Promise<readonly RecordedColorChange[]> {
    const rows = await this.#options.journal
      .selectFrom('color_change')
      .selectAll()
      .where('institution', '=', institution)
      .where('performance_id', '=', performanceId)
      .orderBy('seq', 'desc')
      .limit(first)
      .execute();
    return rows.map(recordOf);
  }

  #insert(changes: readonly ColorChange[]): Promise<RecordedColorChange[]> {
    return this.#options.journal.transaction().execute(async (transaction) => {
      const recorded: RecordedColorChange[] = [];
      for (let start = 0; start < changes.length; start += ROWS_PER_INSERT) {
        if (start > 0) await new Promise((resolve) => setImmediate(resolve));
        const piece = changes.slice(start, start + ROWS_PER_INSERT);
        const rows = await transaction
          .insertInto('color_change')
          .values(piece.map(rowOf))
          .returning('seq')
          .execute();
        // No database promises the order of RETURNING; positions themselves are given out in the order of the rows.
        const seqs = rows.map(({ seq }) => seq).sort((a, b) => a - b);
        piece.forEach((change, index) => recorded.push({ ...change, seq: seqs[index]! }));
      }
      return recorded;
    });
  }

  /** Once in an hour: what is too old or too much goes. */
  async #prune(): Promise<void> {
    const { journal, clock, maxAgeMs = DEFAULT_MAX_AGE_MS, maxChanges = DEFAULT_MAX_CHANGES } = this.#options;
    const now = clock.now();
    const isOverfull = this.#headSeq - this.#floorSeq > maxChanges * 1.1;
    if (now < this.#pruneAt && !isOverfull) return;
    this.#pruneAt = now + Math.min(3_600_000, maxAgeMs / 10);
    // The first one young enough, not the last one too old: a clock set back must not empty the log.
    const young = await journal
      .selectFrom('color_change')
      .select('seq')
      .where('at', '>=', now - maxAgeMs)
      .orderBy('seq')
      .limit(1)
      .executeTakeFirst();
    const floorSeq = Math.max((young?.seq ?? this.#headSeq + 1) - 1, this.#headSeq - maxChanges);
    if (floorSeq <= this.#floorSeq) return;
    await journal.transaction().execute(async (transaction) => {
      await transaction.deleteFrom('color_change').where('seq', '<=', floorSeq).execute();
      await transaction
        .insertInto('fact')
        .values({ name: FLOOR_FACT, value: String(floorSeq) })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: String(floorSeq) }))
        .execute();
    });
    this.#floorSeq = floorSeq;
  }
}

function rowOf(change: ColorChange): Omit<ColorChangeRow, 'seq'> {
  return {
    institution: change.institution,
    product_id: change.subject.productId,
    performance_id: change.subject.kind === 'performance' ? change.subject.performanceId : null,
    seat_category_id: change.seatCategoryId,
    before: change.before,
    after: change.after,
    remaining: change.remaining,
    at: change.at,
  };
}

function recordOf(row: Selectable<ColorChangeRow>): RecordedColorChange {
  return {
    seq: row.seq,
    institution: row.institution,
    subject:
      row.performance_id === null
        ? { kind: 'product', productId: row.product_id }
        : { kind: 'performance', productId: row.product_id, performanceId: row.performance_id },
    seatCategoryId: row.seat_category_id,
    before: row.before as AvailabilityColor,
    after: row.after as AvailabilityColor,
    remaining: row.remaining,
    at: row.at,
  };
}
