import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Order } from '../src/domain/order.js';
import { openJournalFile, openPostgresJournal, type Journal } from '../src/journal/database.js';
import { createOrderJournal } from '../src/journal/order-journal.js';
import type { OrderJournal } from '../src/journal/order-journal.types.js';
import { nextOrderNumber } from '../src/journal/order-number.js';
import { anOrder, aTicket } from '../test/support/order-records.js';
import { NO_POSTGRES, startPostgres } from '../test/support/postgres.js';
import { rounded, table } from './table.js';

const ORDERS = 500;
/** One buyer after the other, and a busy sale. */
const AT_ONCE = [1, 16];
const LEASE = { owner: 'bench', until: Number.MAX_SAFE_INTEGER };
/** What a small commit writes, about. */
const BLOCK = Buffer.alloc(4_096, 1);

/**
 * How many durable transitions of orders does the journal take in a second, and how long does each take, while orders
 * are created, held and closed with two tickets? The peer is the disk alone: one block appended and synced, in the same
 * folder. PostgreSQL is a server of its own on this machine, with fsync. Sealing is left out.
 */
export async function benchJournal(): Promise<string> {
  const rows: (string | number)[][] = [
    [
      'journal',
      'orders at once',
      'transitions/s',
      'p50 ms',
      'p99 ms',
      'syncs/s of the disk',
      'share of the disk',
    ],
  ];
  const folder = await mkdtemp(join(tmpdir(), 'foyer-bench-'));
  try {
    const sqlite = await openJournalFile(join(folder, 'journal.sqlite'));
    rows.push(...(await measured('SQLite on its thread', sqlite, folder)));
    await sqlite.destroy();
    if (NO_POSTGRES !== null) return `${table(rows)}\n\n${NO_POSTGRES}`;
    await using server = await startPostgres({ isDurable: true });
    const postgres = await openPostgresJournal(await server.createDatabase(), 'foyer');
    rows.push(...(await measured('PostgreSQL', postgres, folder)));
    await postgres.destroy();
    return table(rows);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measured(name: string, journal: Journal, folder: string): Promise<(string | number)[][]> {
  const orders = createOrderJournal(journal, { sealing: { seal: (text) => text, open: (text) => text } });
  await sell(orders, { count: 50, atOnce: 4 });
  const rows: (string | number)[][] = [];
  for (const atOnce of AT_ONCE) {
    const syncs = syncsPerSecond(join(folder, 'blocks'));
    const startedAt = performance.now();
    const times = (await sell(orders, { count: ORDERS, atOnce })).toSorted((a, b) => a - b);
    const perSecond = times.length / ((performance.now() - startedAt) / 1_000);
    rows.push([
      name,
      atOnce,
      rounded(perSecond, 0),
      rounded(percentile(times, 0.5), 2),
      rounded(percentile(times, 0.99), 2),
      rounded(syncs, 0),
      `${rounded((100 * perSecond) / syncs, 0)} %`,
    ]);
  }
  return rows;
}

/** Milliseconds of each transition. */
async function sell(
  orders: OrderJournal,
  { count, atOnce }: { readonly count: number; readonly atOnce: number },
): Promise<number[]> {
  const times: number[] = [];
  let left = count;
  async function buyer(): Promise<void> {
    while (left > 0) {
      left -= 1;
      await sellOne(orders, times);
    }
  }
  await Promise.all(Array.from({ length: atOnce }, buyer));
  return times;
}

async function sellOne(orders: OrderJournal, times: number[]): Promise<void> {
  async function timed<T>(work: Promise<T>): Promise<T> {
    const startedAt = performance.now();
    const result = await work;
    times.push(performance.now() - startedAt);
    return result;
  }
  const number = nextOrderNumber(Date.now());
  const { order } = await timed(orders.create(anOrder({ number, clientOrderId: number }), 'CLIENT', LEASE));
  const step = async (before: Order, facts: Partial<Order>): Promise<Order> => {
    const after = await timed(orders.write({ ...before, ...facts }, 'UPSTREAM', LEASE));
    if (after === null) throw new Error(`the order ${number} was written by somebody else`);
    return after;
  };
  const held = await step(order, { state: 'ON_HOLD', step: null, s360OrderId: number, totalMilli: 90_000n });
  const closing = await step(held, { state: 'CLOSING', step: 'CLOSE' });
  const tickets = ['1', '2'].map((id) => aTicket({ id, barcode: `${number}${id}` }));
  await step(closing, { state: 'CLOSED', step: null, tickets });
}

function syncsPerSecond(file: string): number {
  const descriptor = openSync(file, 'w');
  const startedAt = performance.now();
  let syncs = 0;
  while (performance.now() - startedAt < 1_000) {
    writeSync(descriptor, BLOCK);
    fdatasyncSync(descriptor);
    syncs += 1;
  }
  closeSync(descriptor);
  return syncs / ((performance.now() - startedAt) / 1_000);
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
