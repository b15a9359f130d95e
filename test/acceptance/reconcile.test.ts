import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import type { Order } from '../../src/domain/order.js';
import { formatLocal } from '../../src/domain/local-time.js';
import { openJournal } from '../../src/journal/database.js';
import type { CustomerOrderRow } from '../../src/journal/tables.js';
import { compiled } from '../support/compiled.js';
import { settingsFor, temporaryFolder } from '../support/gateway.js';
import { orderCaller, orderIdOf } from '../support/order-calls.js';
import { createRequest, SHORT_WAITS, startOrderHouse, type OrderHouse } from '../support/order-house.js';
import { ORDERS, orderWorld } from '../support/order-world.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly complaints: string;
}

/** The process as an operator starts it, with nothing in its environment but these settings. */
async function reconcile(settings: Record<string, string>, ...args: string[]): Promise<Outcome> {
  const child = spawn(process.execPath, [compiled('reconcile.js'), ...args], {
    env: { PATH: process.env['PATH'], ...settings },
  });
  const [out, complaints, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number | null]>,
  ]);
  return { code, out, complaints };
}

function settingsOf({ sandbox, gateway }: OrderHouse): Record<string, string> {
  return { ...settingsFor(sandbox.institutions), ...SHORT_WAITS, CACHE_DIR: gateway.cacheDir };
}

function monthOf({ createdAt }: Pick<Order, 'createdAt'>): string {
  return formatLocal({ epochMs: createdAt, timeZone: 'Europe/Paris' }).slice(0, 7);
}

async function sold(house: OrderHouse, key: string): Promise<Order> {
  const { order } = await house.gateway.orders.create(createRequest(key, { intent: 'PLACE' }));
  if (order?.state !== 'CLOSED') throw new Error(`${key} is ${order?.state}`);
  return order;
}

/** Changes the gateway's row behind its back, as nothing of ours does. */
async function damage(house: OrderHouse, order: Order, row: Partial<CustomerOrderRow>): Promise<void> {
  const journal = openJournal(join(house.gateway.cacheDir, 'journal.sqlite'));
  await journal.updateTable('customer_order').set(row).where('number', '=', order.number).execute();
  await journal.destroy();
}

/** Sold by another client of the same point of sales. */
async function soldByOthers(sandbox: TestSandbox): Promise<string> {
  const others = orderCaller(sandbox, 'soap');
  const orderId = orderIdOf(await others.create());
  await others.close(orderId);
  return orderId;
}

describe('reconcile', () => {
  it('ends with 0 and a header alone when both sides say the same, beside a running gateway', async () => {
    await using house = await startOrderHouse();
    const order = await sold(house, 'same-1');
    await sold(house, 'same-2');
    await house.gateway.orders.create(createRequest('held-1'));
    await house.sandbox.clearJournal();
    const args = ['--institution', ORDERS.code, '--month', monthOf(order)];
    const { code, out, complaints } = await reconcile(settingsOf(house), ...args);
    expect(complaints).toMatch(/^reconcile: \S+ \d{4}-\d\d: 0 findings .*; 2 sales found on both sides\n$/);
    expect(out.split('\r\n')).toEqual([expect.stringMatching(/^kind,institution,order,/), '']);
    expect(code).toBe(0);
    expect(await house.orderCalls()).toEqual(['listFilesByCriteria', 'listTicketsByCriteria']);
  });

  it('ends with 1 and a row for everything that differs, without a barcode', async () => {
    await using house = await startOrderHouse();
    const cheaper = await sold(house, 'cheaper');
    const reissued = await sold(house, 'reissued');
    const forgotten = await sold(house, 'forgotten');
    const unknown = await sold(house, '=unknown');
    const refunded = await sold(house, 'refunded');
    const stranger = await soldByOthers(house.sandbox);
    await damage(house, cheaper, { total_milli: '1' });
    await damage(house, forgotten, { state: 'EXPIRED' });
    await damage(house, unknown, { s360_order_id: '999999999' });
    await house.sandbox.orders({ institution: ORDERS.code, reissue: reissued.s360OrderId! });
    await orderCaller(house.sandbox, 'soap').call('ExternalOrderService', 'cancelOperations', {
      orderId: refunded.s360OrderId,
      movementIds: [refunded.tickets[0]!.movementId],
    });

    const file = join(house.gateway.cacheDir, 'november.csv');
    const args = ['--institution', ORDERS.code, '--month', monthOf(cheaper), '--out', file];
    const { code, out, complaints } = await reconcile(settingsOf(house), ...args);
    expect(out).toBe('');
    expect(complaints).toContain(
      '8 findings (3 missing_here, 1 missing_there, 1 amount_differs, 3 ticket_invalidated)',
    );
    expect(code).toBe(1);
    const csv = await readFile(file, 'utf8');
    const idOf = ({ number }: Order): string => `${ORDERS.code}:${number}`;
    const rows = csv.split('\r\n').slice(1, -1);
    const ticketRow = (order: Order, ticket: number, state: string): string =>
      `ticket_invalidated,${ORDERS.code},${idOf(order)},${order.clientOrderId},${order.s360OrderId},` +
      `${order.tickets[ticket]!.id},90.00,90.00,EUR,"VALID here, ${state} at S-360"`;
    expect(rows).toEqual([
      `amount_differs,${ORDERS.code},${idOf(cheaper)},cheaper,${cheaper.s360OrderId},,0.001,90.00,EUR,`,
      ticketRow(reissued, 0, 'INVALIDATED'),
      ticketRow(reissued, 1, 'INVALIDATED'),
      `missing_here,${ORDERS.code},${idOf(forgotten)},forgotten,${forgotten.s360OrderId},,90.00,90.00,EUR,"CLOSED at S-360, here EXPIRED"`,
      `missing_there,${ORDERS.code},${idOf(unknown)},'=unknown,999999999,,90.00,,EUR,S-360 does not know the order`,
      ticketRow(refunded, 0, 'CANCELLED'),
      expect.stringMatching(
        new RegExp(
          `^missing_here,${ORDERS.code},,'=unknown,${unknown.s360OrderId},,,90.00,EUR,.*${unknown.number}`,
        ),
      ),
      `missing_here,${ORDERS.code},,,${stranger},,,90.00,EUR,not in the journal`,
    ]);
    for (const { barcodes } of (await house.books()).orders)
      for (const barcode of barcodes) expect(csv).not.toContain(barcode);
  });

  it('finds an order in the month in which the journal dates it, and in that one only', async () => {
    await using house = await startOrderHouse();
    const order = await sold(house, 'moved');
    const days = 86_400_000;
    const before = { createdAt: order.createdAt - 40 * days };
    await damage(house, order, { created_at: before.createdAt });
    for (const month of [monthOf(order), monthOf(before)]) {
      const args = ['--institution', ORDERS.code, '--month', month];
      const { code, complaints } = await reconcile(settingsOf(house), ...args);
      expect([code, complaints]).toEqual([0, expect.stringContaining('0 findings')]);
      expect(complaints).toContain(`${month === monthOf(order) ? '0 sales' : '1 sale'} found`);
    }
  });

  it('spends calls that count in the month, and writes nothing else into the journal', async () => {
    await using house = await startOrderHouse();
    const order = await sold(house, 'counted');
    const settings = settingsOf(house);
    const file = join(house.gateway.cacheDir, 'journal.sqlite');
    await house.gateway.stop();
    const read = async (): Promise<{ calls: number; orders: string }> => {
      const journal = openJournal(file);
      const counts = await journal.selectFrom('call_count').select('calls').execute();
      const orders = await journal.selectFrom('customer_order').selectAll().execute();
      await journal.destroy();
      return {
        calls: counts.reduce((sum, { calls }) => sum + calls, 0),
        orders: JSON.stringify(orders),
      };
    };
    const before = await read();
    await reconcile(settings, '--institution', ORDERS.code, '--month', monthOf(order));
    const after = await read();
    expect(after).toEqual({ calls: before.calls + 3, orders: before.orders });
  });

  it.each(['http509', 'http500', 'truncate'] as const)(
    'ends with 2 and writes no CSV when S-360 answers half of it (%s)',
    async (kind) => {
      await using house = await startOrderHouse();
      const order = await sold(house, 'half-1');
      await house.sandbox.fault({ method: 'listTicketsByCriteria', kind, times: 5 });
      const file = join(house.gateway.cacheDir, 'half.csv');
      const args = ['--institution', ORDERS.code, '--month', monthOf(order), '--out', file];
      const { code, out, complaints } = await reconcile(settingsOf(house), ...args);
      expect([code, out]).toEqual([2, '']);
      expect(complaints).toMatch(/^reconcile: nothing was compared: .*listTicketsByCriteria.*\n$/);
      const files = await readdir(house.gateway.cacheDir);
      expect(files.filter((name) => name.startsWith('half.csv'))).toEqual([]);
    },
  );
});

describe('reconcile without a gateway', () => {
  it('ends with 2 and a line for each wrong option', async () => {
    const { code, complaints } = await reconcile({}, '--month', '2026-99', '--fast');
    expect(code).toBe(2);
    expect(complaints.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^reconcile: --fast is no option/),
      expect.stringMatching(/^reconcile: --month must be a month/),
    ]);
  });

  it('explains itself', async () => {
    const { code, out } = await reconcile({}, '--help');
    expect([code, out]).toEqual([0, expect.stringMatching(/^usage: npm run reconcile/)]);
  });

  it('refuses, before it asks S-360 anything, what it cannot do', async () => {
    await using sandbox = await startTestSandbox({ world: orderWorld() });
    const folder = await temporaryFolder();
    const settings = { ...settingsFor(sandbox.institutions), CACHE_DIR: folder };
    const args = ['--institution', ORDERS.code, '--month', '2026-01'];
    expect(await reconcile(settings, ...args)).toMatchObject({
      code: 2,
      complaints: expect.stringMatching(/^reconcile: CACHE_DIR: there is no journal in .*\n$/) as string,
    });
    expect(await reconcile(settings, '--institution', 'nowhere', '--month', '2026-01')).toMatchObject({
      code: 2,
      complaints: `reconcile: --institution must be one of ${ORDERS.code}, got "nowhere"\n`,
    });
    await openJournal(join(folder, 'journal.sqlite')).destroy();
    expect(await reconcile(settings, ...args, '--out', join(folder, 'no', 'such.csv'))).toMatchObject({
      code: 2,
      complaints: expect.stringMatching(/^reconcile: --out: .* cannot be written/) as string,
    });
    expect(await sandbox.journal()).toEqual([]);
    await rm(folder, { recursive: true });
  });

  it('ends with 2 when nobody answers at S-360', async () => {
    const folder = await temporaryFolder();
    let settings: Record<string, string>;
    {
      await using sandbox = await startTestSandbox({ world: orderWorld() });
      settings = { ...settingsFor(sandbox.institutions), CACHE_DIR: folder };
    }
    await openJournal(join(folder, 'journal.sqlite')).destroy();
    const args = ['--institution', ORDERS.code, '--month', '2026-01'];
    const { code, out, complaints } = await reconcile(settings, ...args);
    expect([code, out]).toEqual([2, '']);
    expect(complaints).toMatch(/^reconcile: nothing was compared: .*getPOSConfig.*\n$/);
    await rm(folder, { recursive: true });
  });

  it("asks the sandbox that a gateway has embedded, in that gateway's journal", async () => {
    await using sandbox = await startTestSandbox({ world: orderWorld() });
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'sandbox'));
    await openJournal(join(folder, 'sandbox', 'journal.sqlite')).destroy();
    const stranger = await soldByOthers(sandbox);
    const month = monthOf({ createdAt: Date.now() });
    const settings = { CACHE_DIR: folder, SANDBOX_PORT: new URL(sandbox.url).port };
    const { code, out } = await reconcile(settings, '--institution', ORDERS.code, '--month', month);
    expect(out).toContain(`missing_here,${ORDERS.code},,,${stranger},`);
    expect(code).toBe(1);
    await rm(folder, { recursive: true });
  });

  it('says that it needs a running sandbox or the address of an S-360', async () => {
    const args = ['--institution', 'lyric', '--month', '2026-01'];
    expect(await reconcile({ SANDBOX_PORT: '1' }, ...args)).toMatchObject({
      code: 2,
      complaints: expect.stringMatching(/S360_INSTITUTIONS.*start the gateway first/) as string,
    });
    expect(await reconcile({ SANDBOX_PORT: '0' }, ...args)).toMatchObject({
      code: 2,
      complaints: expect.stringMatching(/SANDBOX_PORT is 0/) as string,
    });
  });
});
