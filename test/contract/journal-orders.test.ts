import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Order, OrderState } from '../../src/domain/order.js';
import { InvalidInputError, UnreadableOrderError } from '../../src/errors.js';
import { createOrderJournal } from '../../src/journal/order-journal.js';
import type { Lease, OrderJournal } from '../../src/journal/order-journal.types.js';
import { OrderNumberTakenError } from '../../src/journal/order-number.js';
import type { Sealing } from '../../src/journal/order-rows.js';
import { failureOf } from '../support/failure.js';
import { describeEachJournal, type JournalHome } from '../support/journals.js';
import { anyOrder } from '../support/any-order.js';
import { anOrder, aTicket } from '../support/order-records.js';

/** Unreadable is enough here; that it cannot be undone without the key is the key's own test. */
const SEALING: Sealing = {
  seal: (text) => `s:${flipped(Buffer.from(text, 'utf8')).toString('base64')}`,
  open(sealed) {
    if (!sealed.startsWith('s:')) throw new Error('this was never sealed');
    return flipped(Buffer.from(sealed.slice(2), 'base64')).toString('utf8');
  },
};
const flipped = (bytes: Buffer): Buffer => bytes.map((byte) => byte ^ 0x5a) as Buffer;

const ME: Lease = { owner: 'me', until: 5_000 };
const OTHER: Lease = { owner: 'other', until: 9_000 };
const numbered = (index: number): string => `1795000000000${String(index).padStart(5, '0')}`;

function ordersIn({ journal }: JournalHome): OrderJournal {
  return createOrderJournal(journal, { sealing: SEALING });
}

/** Written without a lease. */
async function keep(orders: OrderJournal, index: number, facts: Partial<Order> = {}): Promise<Order> {
  const order = anOrder({ number: numbered(index), clientOrderId: `basket-${index}`, ...facts });
  await orders.create(order, 'CLIENT', ME);
  return (await orders.write(order, 'CLIENT', null))!;
}

const numbersOf = (orders: readonly Order[]): number[] =>
  orders.map(({ number }) => Number(number.slice(13)));

describeEachJournal('creating an order', (openHome) => {
  it('gives exactly one of twenty that come at once with one key, and the others the same order', async () => {
    await using home = await openHome();
    const orders = ordersIn(home);
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        orders.create(anOrder({ number: numbered(index) }), 'CLIENT', {
          owner: `owner-${index}`,
          until: 5_000,
        }),
      ),
    );
    const created = outcomes.filter((outcome) => outcome.created);
    expect(created).toHaveLength(1);
    for (const { order } of outcomes) expect(order).toEqual(created[0]!.order);
    expect(await orders.transitions(created[0]!.order.number)).toHaveLength(1);
  });

  it('has a key for each caller', async () => {
    await using home = await openHome();
    const orders = ordersIn(home);
    const mine = await orders.create(anOrder({ number: numbered(1), caller: 'me' }), 'CLIENT', ME);
    const yours = await orders.create(anOrder({ number: numbered(2), caller: 'you' }), 'CLIENT', ME);
    expect([mine.created, yours.created]).toEqual([true, true]);
    expect((await orders.byClientOrderId('you', 'basket-1'))?.number).toBe(numbered(2));
    expect(await orders.byClientOrderId('nobody', 'basket-1')).toBeNull();
  });

  it('rejects a number that another key has, and writes nothing', async () => {
    await using home = await openHome();
    const orders = ordersIn(home);
    await orders.create(anOrder(), 'CLIENT', ME);
    const failure = await failureOf(orders.create(anOrder({ clientOrderId: 'basket-2' }), 'CLIENT', ME));
    expect(failure).toBeInstanceOf(OrderNumberTakenError);
    expect(await orders.byClientOrderId('', 'basket-2')).toBeNull();
    expect(await orders.transitions(anOrder().number)).toHaveLength(1);
  });

  it('refuses text that a database cannot keep, naming it, and finds nothing under it', async () => {
    await using home = await openHome();
    const orders = ordersIn(home);
    for (const clientOrderId of ['a\0b', 'a\uD800']) {
      const failure = await failureOf(orders.create(anOrder({ clientOrderId }), 'CLIENT', ME));
      expect(failure).toBeInstanceOf(InvalidInputError);
      expect(failure.message).toContain('`clientOrderId` must be text');
      expect(await orders.byClientOrderId('', clientOrderId)).toBeNull();
    }
    expect(await orders.list({ caller: '', reference: '\0', limit: 5 })).toEqual([]);
  });
});

describeEachJournal('an order', (openHome) => {
  it('comes back as it was written, whatever is in it', async () => {
    await using home = await openHome();
    const orders = ordersIn(home);
    let index = 0;
    await fc.assert(
      fc.asyncProperty(anyOrder, anyOrder, async (first, second) => {
        index += 1;
        const number = numbered(index);
        const order = { ...first, number, clientOrderId: `${index}${first.clientOrderId}` };
        expect(await orders.create(order, 'CLIENT', ME)).toEqual({ created: true, order });
        expect(await orders.byNumber(number)).toEqual(order);
        const { caller, clientOrderId, version } = order;
        const { institution, fingerprint, externalReference, input, createdAt } = order;
        const kept = { number, caller, institution, clientOrderId, fingerprint, externalReference, input };
        const next = { ...second, ...kept, createdAt, version };
        expect(await orders.write(next, 'GATEWAY', null)).toEqual({ ...next, version: version + 1 });
        expect(await orders.byClientOrderId(caller, clientOrderId)).toEqual({
          ...next,
          version: version + 1,
        });
      }),
      { numRuns: 60 },
    );
  });

  it('keeps barcodes and names of holders sealed', async () => {
    await using home = await openHome();
    const orders = ordersIn(home);
    const order = anOrder({ tickets: [aTicket({ barcode: 'BARCODE-7781', holder: 'Ada Lovelace' })] });
    await orders.create(order, 'CLIENT', ME);
    await orders.write(order, 'GATEWAY', null);
    const contents = await home.contents();
    expect(contents).toContain(order.number);
    expect(contents).toContain(SEALING.seal('BARCODE-7781'));
    expect(contents).not.toMatch(/BARCODE-7781|Lovelace/);
    await home.restart();
    expect((await ordersIn(home).byNumber(order.number))?.tickets).toEqual(order.tickets);
  });

  it('that cannot be read says which column, and nothing of its value', async () => {
    await using home = await openHome();
    const orders = ordersIn(home);
    await orders.create(anOrder({ tickets: [aTicket({ barcode: 'BARCODE-7781' })] }), 'CLIENT', ME);
    await home.journal.updateTable('customer_order').set({ lines: '[{"productId":"s3cret"}]' }).execute();
    const failure = await failureOf(orders.byNumber(anOrder().number));
    expect(failure).toBeInstanceOf(UnreadableOrderError);
    expect(failure.message).toMatch(/^The order 179500000000000001 is there, but/);
    expect((failure.cause as Error).message).toMatch(
      /^the journal's order 179500000000000001 cannot be read: lines\.0\.\w+ is not what/,
    );
    await home.journal.updateTable('customer_order').set({ lines: 's3cret' }).execute();
    expect((await failureOf(orders.byNumber(anOrder().number))).cause).toMatchObject({
      message: expect.stringMatching(/lines is not JSON$/),
    });
  });

  it('that cannot be read is left out of lists, which go on behind it, and nobody takes it for missing', async () => {
    await using home = await openHome();
    const unreadable: string[] = [];
    const orders = createOrderJournal(home.journal, {
      sealing: SEALING,
      onUnreadable: ({ orderNumber }) => unreadable.push(orderNumber),
    });
    for (const index of [1, 2, 3, 4, 5, 6]) {
      await keep(orders, index, { state: 'ON_HOLD', step: 'CLOSE', holdExpiresAt: index });
    }
    const lost = [1, 2, 3, 6].map(numbered);
    await home.journal
      .updateTable('customer_order')
      .set({ tickets: 'of another key' })
      .where('number', 'in', lost)
      .execute();
    expect(numbersOf(await orders.list({ caller: '', limit: 2 }))).toEqual([5, 4]);
    expect(unreadable).toEqual([numbered(6), numbered(3)]);
    expect(numbersOf(await orders.unsettled('hall', ME.until, 2))).toEqual([4, 5]);
    expect(numbersOf(await orders.holdsEndingBefore('hall', 10, 1))).toEqual([4]);
    const window = { institution: 'hall', from: 0, before: Number.MAX_SAFE_INTEGER, after: null };
    expect(numbersOf(await orders.createdBetween({ ...window, limit: 2 }))).toEqual([4, 5]);
    expect(numbersOf(await orders.bySeveral([1, 4].map(numbered)))).toEqual([4]);
    for (const look of [orders.byNumber(numbered(1)), orders.byClientOrderId('', 'basket-1')]) {
      expect(await failureOf(look)).toBeInstanceOf(UnreadableOrderError);
    }
    const again = orders.create(anOrder({ number: numbered(9), clientOrderId: 'basket-1' }), 'CLIENT', ME);
    expect(await failureOf(again)).toBeInstanceOf(UnreadableOrderError);
  });

  it('is found by many numbers, in their order, more than a statement takes', async () => {
    await using home = await openHome();
    const orders = ordersIn(home);
    for (const index of [1, 2, 3]) await keep(orders, index, { s360OrderId: `5${index}` });
    const many = Array.from({ length: 40_000 }, (_, index) => numbered(index + 4));
    const wanted = [numbered(3), ...many, numbered(1), numbered(3)];
    expect(numbersOf(await orders.bySeveral(wanted))).toEqual([3, 1]);
    expect(await orders.bySeveral([])).toEqual([]);
    expect(numbersOf(await orders.byS360OrderIds('hall', ['53', '51', '99']))).toEqual([1, 3]);
    expect(await orders.byS360OrderIds('museum', ['53'])).toEqual([]);
  });

  it('is found by the id of a ticket it has or had, more than a statement takes, and only at its institution', async () => {
    await using home = await openHome();
    const orders = ordersIn(home);
    const tickets = Array.from({ length: 1_200 }, (_, index) => aTicket({ id: String(index + 1) }));
    const large = await keep(orders, 1, { tickets });
    await keep(orders, 2, { tickets: [aTicket({ id: '5000' })] });
    await keep(orders, 3, { institution: 'museum', tickets: [aTicket({ id: '7' })] });
    await orders.write({ ...large, tickets: [aTicket({ id: '9000' })] }, 'UPSTREAM', null);

    const unknown = Array.from({ length: 1_000 }, (_, index) => String(index + 10_000));
    const found = await orders.byTicketIds('hall', ['7', '1200', '9000', '5000', ...unknown, '7']);
    expect([...found].map(([id, order]) => `${id} is of ${numbersOf([order])[0]}`).sort()).toEqual([
      '1200 is of 1',
      '5000 is of 2',
      '7 is of 1',
      '9000 is of 1',
    ]);
    expect(numbersOf([...(await orders.byTicketIds('museum', ['7', '9000'])).values()])).toEqual([3]);
    expect((await orders.byTicketIds('hall', ['\0', ''])).size).toBe(0);
  });
});

describeEachJournal('writing an order', (openHome) => {
  it('counts the version up, and is refused to whoever made it from an older one', async () => {
    await using home = await openHome();
    const orders = ordersIn(home);
    const { order } = await orders.create(anOrder(), 'CLIENT', ME);
    const held = await orders.write({ ...order, state: 'ON_HOLD' }, 'UPSTREAM', ME);
    expect(held?.version).toBe(order.version + 1);
    expect(await orders.write({ ...order, state: 'REJECTED' }, 'UPSTREAM', ME)).toBeNull();
    expect(await orders.byNumber(order.number)).toEqual(held);
    expect(await orders.write(anOrder({ number: numbered(9) }), 'UPSTREAM', ME)).toBeNull();
  });

  it('lets one of twenty win that write at once', async () => {
    await using home = await openHome();
    const orders = ordersIn(home);
    const { order } = await orders.create(anOrder(), 'CLIENT', ME);
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        orders.write({ ...order, state: 'ON_HOLD', s360OrderId: String(index) }, 'UPSTREAM', ME),
      ),
    );
    const won = outcomes.filter((outcome) => outcome !== null);
    expect(won).toHaveLength(1);
    expect(await orders.byNumber(order.number)).toEqual(won[0]);
    expect(await orders.transitions(order.number)).toHaveLength(2);
  });

  it('notes a transition for each change of state only, in their order, at the time of the update', async () => {
    await using home = await openHome();
    const orders = ordersIn(home);
    let order: Order = (await orders.create(anOrder({ updatedAt: 900 }), 'CLIENT', ME)).order;
    const steps: [OrderState, number][] = [
      ['ON_HOLD', 800],
      ['ON_HOLD', 850],
      ['CLOSING', 800],
      ['CLOSED', 700],
    ];
    for (const [state, updatedAt] of steps) {
      order = (await orders.write({ ...order, state, updatedAt }, 'UPSTREAM', ME))!;
    }
    // A clock that was set back changes nothing of what happened after what.
    expect(await orders.transitions(order.number)).toEqual([
      { at: 900, from: null, to: 'CREATING', by: 'CLIENT' },
      { at: 800, from: 'CREATING', to: 'ON_HOLD', by: 'UPSTREAM' },
      { at: 800, from: 'ON_HOLD', to: 'CLOSING', by: 'UPSTREAM' },
      { at: 700, from: 'CLOSING', to: 'CLOSED', by: 'UPSTREAM' },
    ]);
    expect(await orders.transitions(numbered(9))).toEqual([]);
  });
});

describeEachJournal('the lease of an order', (openHome) => {
  it('is with who created it until it is over', async () => {
    await using home = await openHome();
    const orders = ordersIn(home);
    const { order } = await orders.create(anOrder(), 'CLIENT', ME);
    expect(await orders.acquire(order, OTHER, ME.until - 1)).toBeNull();
    expect(await orders.acquire(order, OTHER, ME.until)).toEqual({ ...order, version: order.version + 1 });
  });

  it('that was taken over lets the one before write no more', async () => {
    await using home = await openHome();
    const orders = ordersIn(home);
    const { order } = await orders.create(anOrder(), 'CLIENT', ME);
    const taken = await orders.acquire(order, OTHER, 6_000);
    expect(await orders.write({ ...order, state: 'ON_HOLD' }, 'UPSTREAM', ME)).toBeNull();
    expect(await orders.acquire(order, ME, 10_000)).toBeNull();
    expect((await orders.write({ ...taken!, state: 'ON_HOLD' }, 'UPSTREAM', null))?.state).toBe('ON_HOLD');
  });

  it('goes to one of twenty that want it at once', async () => {
    await using home = await openHome();
    const orders = ordersIn(home);
    const order = await keep(orders, 1);
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        orders.acquire(order, { owner: `o${index}`, until: 9_000 }, 1_000),
      ),
    );
    expect(outcomes.filter((outcome) => outcome !== null)).toHaveLength(1);
  });

  it('is free once it is given up, and can be made longer by its owner', async () => {
    await using home = await openHome();
    const orders = ordersIn(home);
    const { order } = await orders.create(anOrder(), 'CLIENT', ME);
    const longer = await orders.acquire(order, { owner: 'me', until: 20_000 }, 1_000);
    expect(await orders.acquire(longer!, OTHER, 19_999)).toBeNull();
    const free = await orders.write(longer!, 'GATEWAY', null);
    expect(await orders.acquire(free!, OTHER, 1_000)).not.toBeNull();
  });
});

describeEachJournal('what there is to do', (openHome) => {
  it('is each order with a step that nobody works on and that is due, oldest first', async () => {
    await using home = await openHome();
    const orders = ordersIn(home);
    const doubt = { since: 1, attempts: 1, nextCheckAt: 2_000 };
    await keep(orders, 7, { state: 'CREATING', step: 'CREATE' });
    await keep(orders, 2, { state: 'IN_DOUBT', step: 'CLOSE', doubt });
    await keep(orders, 3, { state: 'IN_DOUBT', step: 'CLOSE', doubt: { ...doubt, nextCheckAt: 2_001 } });
    await keep(orders, 4, { state: 'ON_HOLD', step: null });
    await keep(orders, 5, { state: 'CLOSED', step: 'CANCEL' });
    await keep(orders, 6, { state: 'CLOSING', step: 'CLOSE', institution: 'museum' });
    await orders.create(anOrder({ number: numbered(1), clientOrderId: 'leased' }), 'CLIENT', ME);
    expect(numbersOf(await orders.unsettled('hall', 2_000, 10))).toEqual([2, 5, 7]);
    expect(numbersOf(await orders.unsettled('hall', ME.until, 10))).toEqual([1, 2, 3, 5, 7]);
    expect(numbersOf(await orders.unsettled('hall', ME.until, 2))).toEqual([1, 2]);
  });

  it('is each hold that ends before a moment, the first to end first', async () => {
    await using home = await openHome();
    const orders = ordersIn(home);
    await keep(orders, 1, { state: 'ON_HOLD', step: null, holdExpiresAt: 300 });
    await keep(orders, 2, { state: 'ON_HOLD', step: null, holdExpiresAt: 100 });
    await keep(orders, 3, { state: 'ON_HOLD', step: null, holdExpiresAt: 400 });
    await keep(orders, 4, { state: 'ON_HOLD', step: null, holdExpiresAt: null });
    await keep(orders, 5, { state: 'EXPIRED', step: null, holdExpiresAt: 100 });
    await keep(orders, 6, { state: 'ON_HOLD', step: null, holdExpiresAt: 100, institution: 'museum' });
    expect(numbersOf(await orders.holdsEndingBefore('hall', 400, 10))).toEqual([2, 1]);
    expect(numbersOf(await orders.holdsEndingBefore('hall', 400, 1))).toEqual([2]);
  });

  it('is counted by state, for each institution', async () => {
    await using home = await openHome();
    const orders = ordersIn(home);
    await keep(orders, 1, { state: 'CLOSED' });
    await keep(orders, 2, { state: 'CLOSED' });
    await keep(orders, 3, { state: 'IN_DOUBT' });
    await keep(orders, 4, { institution: 'museum' });
    expect(await orders.counts('hall')).toEqual(
      new Map([
        ['CLOSED', 2],
        ['IN_DOUBT', 1],
      ]),
    );
    expect(await orders.counts('nowhere')).toEqual(new Map());
  });
});

describeEachJournal('the list of orders', (openHome) => {
  it('takes every filter, alone and together, newest first', async () => {
    await using home = await openHome();
    const orders = ordersIn(home);
    const input = { lines: [], contactNumber: null, reference: 'R-1' };
    await keep(orders, 1, { createdAt: 100, state: 'CLOSED', input });
    await keep(orders, 2, { createdAt: 200, contactNumber: '77', institution: 'museum' });
    await keep(orders, 3, { createdAt: 300, contactNumber: '77', state: 'CLOSED' });
    await keep(orders, 4, { createdAt: 400, caller: 'somebody else' });
    const list = async (query: Omit<Parameters<OrderJournal['list']>[0], 'caller' | 'limit'>) =>
      numbersOf(await orders.list({ caller: '', limit: 10, ...query }));
    expect(await list({})).toEqual([3, 2, 1]);
    expect(await list({ institutions: ['museum', 'x'] })).toEqual([2]);
    expect(await list({ institutions: [] })).toEqual([]);
    expect(await list({ states: ['CLOSED', 'EXPIRED'] })).toEqual([3, 1]);
    expect(await list({ states: [] })).toEqual([]);
    expect(await list({ createdFrom: 200, createdBefore: 300 })).toEqual([2]);
    expect(await list({ contact: { institution: 'hall', contactNumber: '77' } })).toEqual([3]);
    expect(await list({ reference: 'R-1' })).toEqual([1]);
    expect(await list({ reference: 'r-1' })).toEqual([]);
    expect(await list({ states: ['CLOSED'], createdFrom: 200, institutions: ['hall'] })).toEqual([3]);
    expect(numbersOf(await orders.list({ caller: 'somebody else', limit: 10 }))).toEqual([4]);
  });

  it('is read in pages that neither repeat nor leave out an order', async () => {
    await using home = await openHome();
    const orders = ordersIn(home);
    for (let index = 1; index <= 7; index += 1) await keep(orders, index);
    const pages: number[][] = [];
    let before: { beforeNumber?: string } = {};
    for (;;) {
      const page = await orders.list({ caller: '', limit: 3, ...before });
      if (page.length === 0) break;
      pages.push(numbersOf(page));
      before = { beforeNumber: page.at(-1)!.number };
    }
    expect(pages).toEqual([[7, 6, 5], [4, 3, 2], [1]]);
  });
});

describeEachJournal("an institution's orders of a window", (openHome) => {
  it('come from all callers, oldest first, in pages that neither repeat nor leave out one', async () => {
    await using home = await openHome();
    const orders = ordersIn(home);
    // Three of one millisecond; 1 and 6 lie outside, at the excluded end and before the included one.
    const createdAt = [500, 200, 300, 300, 300, 199, 499];
    for (const [index, at] of createdAt.entries()) {
      await keep(orders, index + 1, { createdAt: at, caller: index % 2 === 0 ? '' : 'shop' });
    }
    await keep(orders, 8, { createdAt: 300, institution: 'museum' });
    const window = { institution: 'hall', from: 200, before: 500, limit: 2 };
    const pages: number[][] = [];
    let after: Order | null = null;
    for (;;) {
      const page: readonly Order[] = await orders.createdBetween({ ...window, after });
      if (page.length === 0) break;
      pages.push(numbersOf(page));
      after = page.at(-1)!;
    }
    expect(pages).toEqual([[2, 3], [4, 5], [7]]);
  });
});

describeEachJournal('doubts of an institution', (openHome) => {
  it('are counted with the beginning of the oldest, as long as they last', async () => {
    await using home = await openHome();
    const orders = ordersIn(home);
    const doubtSince = (since: number): Partial<Order> => ({
      state: 'IN_DOUBT',
      doubt: { since, attempts: 3, nextCheckAt: 1 },
    });
    await keep(orders, 1, { institution: 'museum', ...doubtSince(100) });
    expect(await orders.doubts('hall')).toEqual({ orders: 0, oldestSince: null });
    await keep(orders, 2, doubtSince(700));
    const older = await keep(orders, 3, doubtSince(600));
    expect(await orders.doubts('hall')).toEqual({ orders: 2, oldestSince: 600 });
    await orders.write({ ...older, state: 'CLOSED', doubt: null }, 'RECONCILER', null);
    expect(await orders.doubts('hall')).toEqual({ orders: 1, oldestSince: 700 });
  });
});

describeEachJournal('a later request about an order', (openHome) => {
  it('is noted once, and answers what it was first used for', async () => {
    await using home = await openHome();
    const orders = ordersIn(home);
    const request = { orderNumber: numbered(1), clientRequestId: 'cancel-1', fingerprint: 'a' };
    expect(await orders.findRequest(numbered(1), 'cancel-1')).toBeNull();
    expect(await orders.claimRequest(request)).toEqual(request);
    expect(await orders.claimRequest({ ...request, fingerprint: 'b' })).toEqual(request);
    expect(await orders.findRequest(numbered(1), 'cancel-1')).toEqual(request);
    // The same word about another order is another request.
    expect(await orders.findRequest(numbered(2), 'cancel-1')).toBeNull();
  });

  it('has one first use when two come at once', async () => {
    await using home = await openHome();
    const orders = ordersIn(home);
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        orders.claimRequest({ orderNumber: numbered(1), clientRequestId: 'r', fingerprint: String(index) }),
      ),
    );
    expect(new Set(answers.map(({ fingerprint }) => fingerprint)).size).toBe(1);
  });
});
