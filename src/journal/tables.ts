import type { Generated } from 'kysely';

/** The tables of the journal, as `migrations.ts` makes them; the same on SQLite and PostgreSQL. */
export interface JournalTables {
  call_token: CallTokenRow;
  call_count: CallCountRow;
  color_change: ColorChangeRow;
  fact: FactRow;
}

/** When a limited method may be asked again; outlives the process, so a crash loop stays inside the contract. */
export interface CallTokenRow {
  institution: string;
  /** `Service.method`, or `Service.method/key` for a limit that counts for each key. */
  method: string;
  /** Epoch ms. */
  free_at: number;
}

export interface CallCountRow {
  institution: string;
  /** Epoch ms of the start of the month. */
  month_start: number;
  calls: number;
  bytes: number;
}

/** The log of color changes: `seq` is the cursor's number and only grows. */
export interface ColorChangeRow {
  seq: Generated<number>;
  institution: string;
  product_id: string;
  performance_id: string | null;
  seat_category_id: string | null;
  before: string;
  after: string;
  remaining: number | null;
  /** Epoch ms. */
  at: number;
}

/** Single facts about the journal itself, by name. */
export interface FactRow {
  name: string;
  value: string;
}
