import { Kysely, SqliteDialect } from 'kysely';
import { describe, expect, it } from 'vitest';
import { createOrderJournal } from '../../src/journal/order-journal.js';
import type { OrderJournal } from '../../src/journal/order-journal.types.js';
import { openDatabase } from '../../src/journal/sqlite-file.js';
import type { JournalTables } from '../../src/journal/tables.js';
import { anOrder } from '../support/order-records.js';

const LEASE = { owner: 'me', until: 1 };
const MONTH = { institution: 'hall', from: 1, before: 9, after: null, limit: 10 };

/** How SQLite goes about what a question asks it: one line for each table it looks at and each sort. */
async function planOf(ask: (orders: OrderJournal) => Promise<unknown>): Promise<string[]> {
  const database = openDatabase(':memory:');
  const statements: { readonly sql: string; readonly parameters: readonly unknown[] }[] = [];
  const journal = new Kysely<JournalTables>({
    dialect: new SqliteDialect({ database }),
    log: ({ query }) => {
      statements.push(query);
    },
  });
  await ask(createOrderJournal(journal, { sealing: { seal: (text) => text, open: (text) => text } }));
  return statements
    .filter(({ sql }) => /^(select|update)/.test(sql))
    .flatMap(({ sql, parameters }) => database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all([...parameters]))
    .map((row) => (row as { detail: string }).detail);
}

describe('the order journal reads no more than it must', () => {
  it.each<[string, RegExp, (orders: OrderJournal) => Promise<unknown>]>([
    ['by number', /autoindex_customer_order_1 \(number=\?/, (orders) => orders.byNumber('1')],
    ['by key', /\(caller=\? AND client_order_id=\?/, (orders) => orders.byClientOrderId('', 'a')],
    ['by numbers', /autoindex_customer_order_1 \(number=\?/, (orders) => orders.bySeveral(['1', '2', '3'])],
    ["by S-360's ids", /customer_order_s360 /, (orders) => orders.byS360OrderIds('hall', ['1', '2'])],
    [
      'by tickets',
      /order_ticket_1 \(institution=\? AND ticket_id=\?/,
      (orders) => orders.byTicketIds('hall', ['1', '2']),
    ],
    ['what is unsettled', /customer_order_unsettled /, (orders) => orders.unsettled('hall', 5, 10)],
    ['holds that end', /customer_order_state /, (orders) => orders.holdsEndingBefore('hall', 5, 10)],
    ['counts', /COVERING INDEX customer_order_state /, (orders) => orders.counts('hall')],
    ['doubts', /customer_order_state \(institution=\? AND state=\?\)/, (orders) => orders.doubts('hall')],
    ["a month's orders", /customer_order_created /, (orders) => orders.createdBetween(MONTH)],
    [
      "a later page of a month's orders",
      /customer_order_created \(institution=\? AND (\(created_at,number\)>\(\?,\?\)|created_at>\?) AND created_at<\?/,
      (orders) => orders.createdBetween({ ...MONTH, after: { createdAt: 3, number: '5' } }),
    ],
    ['transitions', /autoindex_customer_order_1 \(number=\?/, (orders) => orders.transitions('1')],
    ['a request', /autoindex_order_request_1 /, (orders) => orders.findRequest('1', 'a')],
    ['a lease', /autoindex_customer_order_1 \(number=\?/, (orders) => orders.acquire(anOrder(), LEASE, 5)],
    ['all of a caller', /customer_order_caller /, (orders) => orders.list({ caller: '', limit: 10 })],
    [
      'a page of a caller',
      /customer_order_caller \(caller=\? AND number<\?/,
      (orders) => orders.list({ caller: '', beforeNumber: '5', limit: 10 }),
    ],
    [
      'orders of a state',
      /customer_order_caller_state /,
      (orders) => orders.list({ caller: '', states: ['IN_DOUBT'], limit: 10 }),
    ],
    [
      'orders of a contact',
      /customer_order_contact /,
      (orders) =>
        orders.list({ caller: '', contact: { institution: 'hall', contactNumber: '1' }, limit: 10 }),
    ],
    [
      'orders of a reference',
      /customer_order_reference /,
      (orders) => orders.list({ caller: '', reference: 'R', limit: 10 }),
    ],
    [
      'orders of a time',
      /customer_order_caller_created /,
      (orders) => orders.list({ caller: '', createdFrom: 1, createdBefore: 2, limit: 10 }),
    ],
  ])('finds %s by an index', async (_what, index, ask) => {
    const plan = await planOf(ask);
    expect(plan.length).toBeGreaterThan(0);
    expect(plan[0]).toMatch(index);
    expect(plan.join('\n')).not.toMatch(/^SCAN/m);
  });

  it.each<[string, (orders: OrderJournal) => Promise<unknown>]>([
    ['what is unsettled', (orders) => orders.unsettled('hall', 5, 10)],
    [
      "a later page of a month's orders",
      (orders) => orders.createdBetween({ ...MONTH, after: { createdAt: 3, number: '5' } }),
    ],
    ['holds that end', (orders) => orders.holdsEndingBefore('hall', 5, 10)],
    ['a page of a caller', (orders) => orders.list({ caller: '', beforeNumber: '5', limit: 10 })],
    ['orders of a state', (orders) => orders.list({ caller: '', states: ['IN_DOUBT'], limit: 10 })],
  ])('sorts nothing to find %s', async (_what, ask) => {
    expect((await planOf(ask)).join('\n')).not.toMatch(/TEMP B-TREE/);
  });
});
