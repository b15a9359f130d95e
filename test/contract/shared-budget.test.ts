import { describe, expect, it } from 'vitest';
import type { BudgetRequest, CallBudget, CallTicket } from '../../src/datasources/s360/call-budget.js';
import type { Lane } from '../../src/datasources/s360/client.types.js';
import { UpstreamRateLimitedError } from '../../src/errors.js';
import { createCallLedger } from '../../src/journal/call-ledger.js';
import { monthAt } from '../../src/datasources/s360/contract-month.js';
import { openJournal } from '../../src/journal/database.js';
import { eventually } from '../support/eventually.js';
import { latenessOf } from '../support/lateness.js';
import { createManualClock } from '../support/manual-clock.js';
import { skipNote } from '../support/postgres.js';
import { NO_REDIS, startRedis } from '../support/redis.js';
import { MINUTE_MS, openReplica, openReplicas } from '../support/shared-budgets.js';

const DEADLINE_MS = 10_000;
/** What a window is longer by than the contract says. */
const WINDOW_MS = MINUTE_MS * 1.01;
const EVENTS: BudgetRequest = {
  service: 'AvailabilityService',
  method: 'getEventAvailability',
  lane: 'availability',
  deadlineMs: DEADLINE_MS,
};
const CATALOG: BudgetRequest = {
  service: 'CatalogService',
  method: 'getCatalogDetailed',
  lane: 'catalog',
  deadlineMs: DEADLINE_MS,
};
const SEATS: BudgetRequest = {
  service: 'AvailabilityService',
  method: 'getSeatsAvailability',
  key: '901',
  lane: 'orders',
  deadlineMs: DEADLINE_MS,
};
/** A method without a limit of its own. */
const free = (lane: Lane): BudgetRequest => ({
  service: 'CatalogService',
  method: 'getPOSConfig',
  lane,
  deadlineMs: DEADLINE_MS,
});

/** What came of asking: a ticket, or who refused and for how long. */
async function ask(
  budget: CallBudget,
  request: BudgetRequest,
): Promise<CallTicket | { readonly by: string; readonly ms: number }> {
  try {
    return await budget.take(request);
  } catch (error) {
    if (!(error instanceof UpstreamRateLimitedError)) throw error;
    return { by: error.refusedBy, ms: error.retryAfterMs ?? 0 };
  }
}

const isTicket = (answer: Awaited<ReturnType<typeof ask>>): answer is CallTicket => 'ended' in answer;

async function call(budget: CallBudget, request: BudgetRequest, bytes = 0): Promise<void> {
  await (await budget.take(request)).ended(bytes);
}

async function refusal(budget: CallBudget, request: BudgetRequest): Promise<{ by: string; ms: number }> {
  const answer = await ask(budget, request);
  if (isTicket(answer)) throw new Error('it was granted');
  return answer;
}

describe.skipIf(NO_REDIS !== null)(`calls that replicas share${skipNote(NO_REDIS)}`, () => {
  it('are bought by one replica for each window of the method, and the others learn until when', async () => {
    await using redis = await startRedis();
    await using house = await openReplicas(redis.url, 3);
    const budgets = house.replicas.map(({ budget }) => budget);
    const answers = await Promise.all(budgets.map((budget) => ask(budget, EVENTS)));
    const winners = answers.filter(isTicket);
    expect(winners).toHaveLength(1);
    await winners[0]!.ended(0);
    await Promise.all(house.replicas.map(({ pool }) => pool.settled()));
    const refusals = await Promise.all(budgets.map((budget) => refusal(budget, EVENTS)));
    expect(refusals.map(({ by }) => by)).toEqual(['METHOD', 'METHOD', 'METHOD']);
    await house.clock.advance(DEADLINE_MS + WINDOW_MS + 1_000);
    const next = await Promise.all(budgets.map((budget) => ask(budget, EVENTS)));
    expect(next.filter(isTicket)).toHaveLength(1);
  });

  it('of a winner that freezes are bought by another in the next window, and the winner finds its own void', async () => {
    await using redis = await startRedis();
    await using house = await openReplicas(redis.url, 2);
    const [frozen, other] = house.replicas;
    await frozen!.budget.take(EVENTS);
    const soon = await refusal(other!.budget, EVENTS);
    expect(soon.by).toBe('METHOD');
    await house.clock.advance(soon.ms - 1);
    expect(await refusal(other!.budget, EVENTS)).toEqual({ by: 'METHOD', ms: 1 });
    await house.clock.advance(1);
    await call(other!.budget, EVENTS);
    expect(soon.ms).toBe(1_000 + DEADLINE_MS + WINDOW_MS);
    expect((await refusal(frozen!.budget, EVENTS)).by).toBe('METHOD');
  });

  it('are not sent by a process that stood still after it bought them', async () => {
    await using redis = await startRedis();
    await using house = await openReplicas(redis.url, 1);
    const { clock, ledger } = house;
    const slow = await openReplica({
      url: redis.url,
      clock,
      ledger: {
        ...ledger,
        recordCall: async (...args) => {
          await ledger.recordCall(...args);
          await clock.advance(5_000);
        },
      },
    });
    await using _ = slow;
    await slow.joined();
    await expect(slow.budget.take(EVENTS)).rejects.toThrow('not sent, it waited too long');
    await slow.pool.settled();
    // Nothing was sent, so the next one need not wait.
    await call(house.replicas[0]!.budget, EVENTS);
  });

  it('that were surely not sent leave nothing behind', async () => {
    await using redis = await startRedis();
    await using house = await openReplicas(redis.url, 2, { callsPerMinute: 1 });
    const [one, other] = house.replicas;
    const ticket = await one!.budget.take(CATALOG);
    expect((await refusal(other!.budget, CATALOG)).by).toBe('METHOD');
    await ticket.neverSent();
    await one!.pool.settled();
    const third = await openReplica({ url: redis.url, clock: house.clock, ledger: house.ledger });
    await using _ = third;
    await third.joined();
    expect(isTicket(await ask(third.budget, CATALOG))).toBe(true);
  });

  it('keep to the minute together, and seats to one reading of a performance', async () => {
    await using redis = await startRedis();
    await using house = await openReplicas(redis.url, 3, { callsPerMinute: 20 });
    const budgets = house.replicas.map(({ budget }) => budget);
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, index) => ask(budgets[index % 3]!, free('orders'))),
    );
    expect(answers.filter(isTicket)).toHaveLength(20);
    expect((await refusal(budgets[0]!, free('orders'))).by).toBe('MINUTE');
    await house.clock.advance(WINDOW_MS - 1);
    expect(await refusal(budgets[1]!, free('orders'))).toEqual({ by: 'MINUTE', ms: 1 });
    await house.clock.advance(1);
    await call(budgets[2]!, SEATS);
    expect((await refusal(budgets[0]!, SEATS)).by).toBe('METHOD');
    expect(budgets[2]!.usage()[0]).toMatchObject({ window: 'MINUTE', used: 1 });
  });

  it('stop at the month together, whoever made them, in calls and in bytes', async () => {
    await using redis = await startRedis();
    await using house = await openReplicas(redis.url, 2, {
      callsPerMonth: 100,
      callsPerMinute: 1_000,
      bytesPerMonth: 1_000,
    });
    const [one, other] = house.replicas;
    for (let time = 0; time < 45; time += 1) {
      await call(one!.budget, free('orders'), 1);
      await call(other!.budget, free('orders'), 1);
    }
    await Promise.all(house.replicas.map(({ pool }) => pool.settled()));
    // Polling leaves a fifth of the month.
    expect((await refusal(one!.budget, free('catalog'))).by).toBe('MONTH');
    await call(other!.budget, free('orders'), 910);
    await other!.pool.settled();
    expect(await refusal(one!.budget, free('orders'))).toEqual({
      by: 'MONTH_BYTES',
      ms: monthAt(house.clock.now(), MINUTE_MS).endsAt - house.clock.now(),
    });
    const start = monthAt(house.clock.now(), MINUTE_MS).startsAt;
    expect(await house.ledger.month(start)).toEqual({ calls: 91, bytes: 1_000 });
    expect(one!.budget.usage()[1]).toMatchObject({ window: 'MONTH', used: 91 });
  });

  it('rest for all after S-360 refused one', async () => {
    await using redis = await startRedis();
    await using house = await openReplicas(redis.url, 2);
    const [one, other] = house.replicas;
    const ticket = await one!.budget.take(EVENTS);
    await ticket.refused(0);
    await one!.pool.settled();
    expect(await refusal(other!.budget, free('availability'))).toEqual({ by: 'S360', ms: MINUTE_MS });
    await call(other!.budget, free('orders'));
  });
});

describe.skipIf(NO_REDIS !== null)(`calls while Redis is away${skipNote(NO_REDIS)}`, () => {
  it('are not made by polling, and by orders within the share of each replica', async () => {
    await using redis = await startRedis();
    await using house = await openReplicas(redis.url, 3, {
      callsPerMinute: 30,
      alone: { replicas: 3, mayPoll: () => false },
    });
    const budgets = house.replicas.map(({ budget }) => budget);
    await redis.kill();
    await Promise.all(house.replicas.map((replica) => replica.cutOff()));
    expect(await refusal(budgets[0]!, EVENTS)).toEqual({ by: 'REPLICA', ms: 1_000 });
    expect((await refusal(budgets[0]!, free('catalog'))).by).toBe('REPLICA');
    const answers = await Promise.all(
      budgets.flatMap((budget) => Array.from({ length: 15 }, () => ask(budget, free('orders')))),
    );
    expect(answers.filter(isTicket)).toHaveLength(30);
    // One reading of a performance for all: the journal that they share says whose.
    await house.clock.advance(WINDOW_MS);
    const seats = await Promise.all(budgets.map((budget) => ask(budget, SEATS)));
    expect(seats.filter(isTicket)).toHaveLength(1);
    expect(seats.filter((answer) => !isTicket(answer) && answer.by === 'METHOD')).toHaveLength(2);
  });

  it('are polling where the rules allow it, and the journal keeps the windows', async () => {
    await using redis = await startRedis({ isStarted: false });
    const clock = createManualClock();
    const journal = openJournal(':memory:');
    const options = { url: redis.url, clock, ledger: createCallLedger(journal, 'house') };
    const alone = { replicas: 1, mayPoll: (lane: Lane) => lane === 'catalog' };
    await using one = await openReplica({ ...options, alone });
    await using other = await openReplica({ ...options, alone });
    await call(one.budget, CATALOG);
    expect(await refusal(other.budget, CATALOG)).toEqual({ by: 'METHOD', ms: 10 * MINUTE_MS + 600 });
    expect((await refusal(other.budget, EVENTS)).by).toBe('REPLICA');
    await journal.destroy();
  });

  it.each([
    ['keeps its data', { isEmpty: false }],
    ['lost its data', { isEmpty: true }],
  ])('are settled when it comes back and %s', async (_how, how) => {
    await using redis = await startRedis({ isDurable: true });
    await using house = await openReplicas(redis.url, 2);
    const [one, other] = house.replicas;
    for (let time = 0; time < 5; time += 1) await call(one!.budget, free('orders'), 10);
    await one!.pool.settled();
    await redis.kill();
    await Promise.all(house.replicas.map((replica) => replica.cutOff()));
    for (let time = 0; time < 3; time += 1) await call(one!.budget, free('orders'), 10);
    for (let time = 0; time < 4; time += 1) await call(other!.budget, free('contacts'), 10);
    await call(other!.budget, SEATS, 10);
    await redis.start(how);
    await Promise.all(house.replicas.map((replica) => replica.joined()));
    await house.clock.advance(1_000);
    await call(one!.budget, free('orders'), 10);
    await one!.pool.settled();
    await call(other!.budget, free('orders'), 10);
    for (const { budget } of house.replicas) {
      expect(await refusal(budget, SEATS)).toMatchObject({ by: 'METHOD' });
    }
    const start = monthAt(house.clock.now(), MINUTE_MS).startsAt;
    await Promise.all(house.replicas.map(({ pool }) => pool.settled()));
    const shared = await redis.command('HMGET', `foyer:{house}:calls:month:${start}`, 'calls', 'bytes');
    expect(shared.split('\n')).toEqual(['15', '150']);
    expect(await redis.command('ZCARD', 'foyer:{house}:calls:minute')).toBe('15');
    expect(await redis.command('EXISTS', `foyer:{house}:calls:open:${start}`)).toBe('0');
  });

  it('do not wait for a frozen Redis: an order goes on, a poll is refused, and neither is counted twice', async () => {
    await using redis = await startRedis();
    await using house = await openReplicas(redis.url, 2, { deadlineMs: 50 });
    const [one, other] = house.replicas;
    redis.freeze();
    const order = await latenessOf(50, () => one!.budget.take(free('orders')));
    const poll = await latenessOf(50, () => refusal(one!.budget, EVENTS));
    expect(Math.max(order.lateMs, poll.lateMs)).toBeLessThan(25);
    expect(poll.outcome.by).toBe('REPLICA');
    await order.outcome.ended(7);
    redis.thaw();
    await one!.joined();
    await call(other!.budget, EVENTS, 3);
    await Promise.all(house.replicas.map(({ pool }) => pool.settled()));
    const start = monthAt(house.clock.now(), MINUTE_MS).startsAt;
    const shared = await redis.command('HMGET', `foyer:{house}:calls:month:${start}`, 'calls', 'bytes');
    expect(shared.split('\n')).toEqual(['2', '10']);
  });

  it('begin with a Redis that appears later', async () => {
    await using redis = await startRedis({ isStarted: false });
    const clock = createManualClock();
    const journal = openJournal(':memory:');
    const options = { url: redis.url, clock, ledger: createCallLedger(journal, 'house') };
    await using one = await openReplica(options);
    await call(one.budget, free('orders'), 5);
    expect((await refusal(one.budget, EVENTS)).by).toBe('REPLICA');
    await redis.start();
    await one.joined();
    // For a second nobody is granted anything: others may still be telling what they know.
    expect((await refusal(one.budget, EVENTS)).by).toBe('REPLICA');
    await clock.advance(1_000);
    await call(one.budget, EVENTS, 5);
    await one.pool.settled();
    const start = monthAt(clock.now(), MINUTE_MS).startsAt;
    const shared = await redis.command('HMGET', `foyer:{house}:calls:month:${start}`, 'calls', 'bytes');
    expect(shared.split('\n')).toEqual(['2', '10']);
    await journal.destroy();
  });

  it('are told by a process that stops', async () => {
    await using redis = await startRedis();
    await using house = await openReplicas(redis.url, 1);
    const [one] = house.replicas;
    await call(one!.budget, free('orders'), 9);
    await one!.pool.stop();
    const start = monthAt(house.clock.now(), MINUTE_MS).startsAt;
    await eventually('the bytes', async () =>
      (await redis.command('HGET', `foyer:{house}:calls:month:${start}`, 'bytes')) === '9' ? true : null,
    );
    expect(await redis.command('EXISTS', `foyer:{house}:calls:open:${start}`)).toBe('0');
  });
});
