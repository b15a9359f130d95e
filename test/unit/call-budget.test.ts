import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CallBudget,
  type BudgetRequest,
  type CallBudgetOptions,
} from '../../src/datasources/s360/call-budget.js';
import { monthAt } from '../../src/datasources/s360/contract-month.js';
import { MonthSpending } from '../../src/datasources/s360/month-spending.js';
import type { Lane } from '../../src/datasources/s360/client.types.js';
import { UpstreamRateLimitedError, UpstreamUnavailableError } from '../../src/errors.js';
import { createCallLedger, type CallLedger } from '../../src/journal/call-ledger.js';
import { openJournal, type Journal } from '../../src/journal/database.js';
import { createManualClock, type ManualClock } from '../support/manual-clock.js';
import { failureOf } from '../support/failure.js';

const MINUTE_MS = 60_000;
/** What a window is longer by than the contract says. */
const MARGIN_MS = 600;
const DEADLINE_MS = 10_000;

const CATALOG: BudgetRequest = {
  service: 'CatalogService',
  method: 'getCatalogDetailed',
  lane: 'catalog',
  deadlineMs: 180_000,
};
const EVENTS: BudgetRequest = {
  service: 'AvailabilityService',
  method: 'getEventAvailability',
  lane: 'availability',
  deadlineMs: DEADLINE_MS,
};
/** A method without a limit of its own. */
const free = (lane: Lane): BudgetRequest => ({
  service: 'CatalogService',
  method: 'getPOSConfig',
  lane,
  deadlineMs: DEADLINE_MS,
});
const seats = (key: string): BudgetRequest => ({
  service: 'AvailabilityService',
  method: 'getSeatsAvailability',
  lane: 'orders',
  key,
  deadlineMs: DEADLINE_MS,
});

interface House {
  readonly clock: ManualClock;
  readonly journal: Journal;
  readonly budget: CallBudget;
}

async function openHouse(
  options: Partial<CallBudgetOptions> & { journal?: Journal; clock?: ManualClock } = {},
): Promise<House> {
  const { journal = openJournal(':memory:'), clock = createManualClock(), ...rest } = options;
  const budget = await CallBudget.open({
    institution: 'house',
    minuteMs: MINUTE_MS,
    callsPerMinute: 70,
    callsPerMonth: 10_000,
    bytesPerMonth: null,
    ledger: createCallLedger(journal, 'house'),
    clock,
    ...rest,
  });
  return { clock, journal, budget };
}

async function call(budget: CallBudget, request: BudgetRequest, bytes = 0): Promise<void> {
  const ticket = await budget.take(request);
  await ticket.ended(bytes);
}

/** Undefined when the call may go. */
async function refusalOf(
  budget: CallBudget,
  request: BudgetRequest,
): Promise<UpstreamRateLimitedError | undefined> {
  try {
    await (await budget.take(request)).neverSent();
    return undefined;
  } catch (error) {
    if (error instanceof UpstreamRateLimitedError) return error;
    throw error;
  }
}

const used = ({ budget }: House, window: string): number =>
  budget.usage().find((usage) => usage.window === window)!.used;

describe('the limit of a method', () => {
  it('counts from the moment the answer ended, since S-360 may have counted the call late', async () => {
    const { clock, budget } = await openHouse();
    const ticket = await budget.take(EVENTS);
    await clock.advance(7_000);
    await ticket.ended(0);

    expect(await refusalOf(budget, EVENTS)).toMatchObject({
      refusedBy: 'METHOD',
      retryAfterMs: MINUTE_MS + MARGIN_MS,
    });
    expect(budget.nextCallAt('AvailabilityService', 'getEventAvailability')).toBe(
      clock.now() + MINUTE_MS + MARGIN_MS,
    );
    await clock.advance(MINUTE_MS + MARGIN_MS - 1);
    expect(await refusalOf(budget, EVENTS)).toMatchObject({ refusedBy: 'METHOD', retryAfterMs: 1 });
    await clock.advance(1);
    expect(await refusalOf(budget, EVENTS)).toBeUndefined();
  });

  it('is ten minutes for the catalog, and one token for two callers at the same time', async () => {
    const { clock, budget } = await openHouse();
    const outcomes = await Promise.allSettled([budget.take(CATALOG), budget.take(CATALOG)]);

    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    await (outcomes[0] as PromiseFulfilledResult<{ ended(bytes: number): Promise<void> }>).value.ended(0);
    expect(budget.nextCallAt('CatalogService', 'getCatalogDetailed') - clock.now()).toBe(
      10 * MINUTE_MS + MARGIN_MS,
    );
    // The same data under another name has a window of its own: S-360 gives each method one.
    expect(await refusalOf(budget, { ...CATALOG, method: 'getCatalog' })).toBeUndefined();
  });

  it('is one for each performance where it serves the choice of seats', async () => {
    const { budget } = await openHouse();
    await call(budget, seats('1'));

    expect(await refusalOf(budget, seats('1'))).toMatchObject({ refusedBy: 'METHOD' });
    expect(await refusalOf(budget, seats('2'))).toBeUndefined();
  });

  it('does not stop the questions about a job under way, which then move the window', async () => {
    const { clock, budget } = await openHouse();
    await call(budget, CATALOG);
    await clock.advance(4 * MINUTE_MS);

    await call(budget, { ...CATALOG, joinsJob: true });

    expect(budget.nextCallAt('CatalogService', 'getCatalogDetailed') - clock.now()).toBe(
      10 * MINUTE_MS + MARGIN_MS,
    );
  });

  it('is given back, with the call, when not one byte left', async () => {
    const house = await openHouse();
    await (await house.budget.take(EVENTS)).neverSent();

    expect(house.budget.nextCallAt('AvailabilityService', 'getEventAvailability')).toBe(0);
    expect([used(house, 'MINUTE'), used(house, 'MONTH')]).toEqual([0, 0]);
    const restarted = await openHouse(house);
    expect(used(restarted, 'MONTH')).toBe(0);
    expect(await refusalOf(restarted.budget, EVENTS)).toBeUndefined();
  });

  it('outlives a kill before, during and after the call, in the same journal file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'budget-'));
    try {
      const clock = createManualClock();
      const restart = async (): Promise<House> =>
        openHouse({ journal: openJournal(join(folder, 'journal.db')), clock });
      // Killed while the call is under way: nobody says that it ended.
      await (await restart()).budget.take(EVENTS);
      for (let crash = 0; crash < 5; crash += 1) {
        expect(await refusalOf((await restart()).budget, EVENTS)).toMatchObject({
          refusedBy: 'METHOD',
          retryAfterMs: DEADLINE_MS + MINUTE_MS + MARGIN_MS,
        });
      }
      await clock.advance(DEADLINE_MS + MINUTE_MS + MARGIN_MS);
      await call((await restart()).budget, EVENTS);
      await clock.advance(MINUTE_MS);
      expect(await refusalOf((await restart()).budget, EVENTS)).toMatchObject({ refusedBy: 'METHOD' });
      await clock.advance(MARGIN_MS);
      expect(await refusalOf((await restart()).budget, EVENTS)).toBeUndefined();
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('is another one for another institution in the same journal', async () => {
    const house = await openHouse();
    await call(house.budget, EVENTS);
    const other = await openHouse({
      ...house,
      institution: 'other',
      ledger: createCallLedger(house.journal, 'other'),
    });

    expect(await refusalOf(other.budget, EVENTS)).toBeUndefined();
  });

  it('lets no call go that could not be written down first, and forgets it', async () => {
    const healthy = createCallLedger(openJournal(':memory:'), 'house');
    let isFull = true;
    const ledger: CallLedger = {
      ...healthy,
      recordCall: (...args) =>
        isFull ? Promise.reject(new Error('disk full')) : healthy.recordCall(...args),
    };
    const house = await openHouse({ ledger });

    expect(await failureOf(house.budget.take(EVENTS))).toBeInstanceOf(UpstreamUnavailableError);

    expect([used(house, 'MINUTE'), used(house, 'MONTH')]).toEqual([0, 0]);
    isFull = false;
    expect(await refusalOf(house.budget, EVENTS)).toBeUndefined();
  });

  it('holds when the end of a call cannot be written down, which only is told', async () => {
    const healthy = createCallLedger(openJournal(':memory:'), 'house');
    const failures: unknown[] = [];
    const { budget, clock } = await openHouse({
      ledger: { ...healthy, recordToken: () => Promise.reject(new Error('disk full')) },
      onJournalFailure: (error) => failures.push(error),
    });

    await call(budget, EVENTS);

    expect(failures).toEqual([new Error('disk full')]);
    expect(await refusalOf(budget, EVENTS)).toMatchObject({ refusedBy: 'METHOD' });
    expect((await healthy.tokens(clock.now())).get('AvailabilityService.getEventAvailability')).toBe(
      clock.now() + DEADLINE_MS + MINUTE_MS + MARGIN_MS,
    );
  });
});

describe('the limit of a minute', () => {
  it.each<[Lane, number]>([
    ['orders', 70],
    ['contacts', 63],
    ['availability', 42],
    ['catalog', 35],
  ])('lets the lane %s have %i of 70 calls', async (lane, most) => {
    const { budget } = await openHouse();
    for (let sent = 0; sent < most; sent += 1) await call(budget, free(lane));

    expect(await refusalOf(budget, free(lane))).toMatchObject({
      refusedBy: 'MINUTE',
      retryAfterMs: MINUTE_MS + MARGIN_MS,
    });
  });

  it('leaves room for orders however much polling wants, and says when there is room again', async () => {
    const { clock, budget } = await openHouse({ callsPerMinute: 10 });
    for (let sent = 0; sent < 6; sent += 1) {
      await call(budget, free('availability'));
      await clock.advance(1_000);
    }
    for (let sent = 0; sent < 4; sent += 1) await call(budget, free('orders'));
    expect(await refusalOf(budget, free('orders'))).toMatchObject({ refusedBy: 'MINUTE' });

    // Ten calls lie in the window, and polling needs fewer than six: the fifth has to leave it.
    const refusal = await refusalOf(budget, free('availability'));
    await clock.advance(refusal!.retryAfterMs! - 1);
    expect(await refusalOf(budget, free('availability'))).toMatchObject({
      refusedBy: 'MINUTE',
      retryAfterMs: 1,
    });
    await clock.advance(1);
    expect(await refusalOf(budget, free('availability'))).toBeUndefined();
  });

  it('keeps curiosity about seats from the calls of those who buy', async () => {
    const { budget } = await openHouse();
    for (let sent = 0; sent < 49; sent += 1) await call(budget, seats(String(sent)));

    expect(await refusalOf(budget, seats('next'))).toMatchObject({ refusedBy: 'MINUTE' });
    expect(await refusalOf(budget, free('orders'))).toBeUndefined();
  });

  it('is never exceeded in any stretch of a minute, whoever asks whenever', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            pause: fc.nat(9_000),
            lane: fc.constantFrom<Lane>('orders', 'contacts', 'availability', 'catalog'),
          }),
          {
            minLength: 30,
            maxLength: 60,
          },
        ),
        async (moves) => {
          const { clock, budget } = await openHouse({ callsPerMinute: 5 });
          const sent: number[] = [];
          for (const { pause, lane } of moves) {
            await clock.advance(pause);
            const ticket = await budget.take(free(lane)).catch(() => null);
            if (ticket !== null) sent.push(clock.now());
          }
          for (const at of sent) {
            expect(sent.filter((other) => other >= at && other < at + MINUTE_MS).length).toBeLessThanOrEqual(
              5,
            );
          }
        },
      ),
      { numRuns: 15 },
    );
  });

  it('scales with the length of the minute', async () => {
    const { clock, budget } = await openHouse({ minuteMs: 3_000, callsPerMinute: 2 });
    await call(budget, EVENTS);
    await call(budget, free('orders'));

    expect(await refusalOf(budget, free('orders'))).toMatchObject({ retryAfterMs: 3_030 });
    expect(budget.nextCallAt('AvailabilityService', 'getEventAvailability') - clock.now()).toBe(3_030);
  });
});

describe("the month's allowance", () => {
  it('keeps a fifth of the calls for sales', async () => {
    const house = await openHouse({ callsPerMonth: 100, callsPerMinute: 1_000 });
    for (let sent = 0; sent < 80; sent += 1) await call(house.budget, free('catalog'));

    expect(house.budget.pollingCallsLeft()).toBe(0);
    expect(await refusalOf(house.budget, free('catalog'))).toMatchObject({
      refusedBy: 'MONTH',
      retryAfterMs: house.budget.monthEndsAt() - house.clock.now(),
    });
    for (let sent = 0; sent < 20; sent += 1) await call(house.budget, free('orders'));
    expect(await refusalOf(house.budget, free('orders'))).toMatchObject({ refusedBy: 'MONTH' });
  });

  it('counts the bytes of both directions, failed calls included, over a restart', async () => {
    const house = await openHouse({ bytesPerMonth: 1_000 });
    await call(house.budget, free('catalog'), 500);
    await (await house.budget.take(free('catalog'))).refused(300);

    const restarted = await openHouse({ ...house, bytesPerMonth: 1_000 });
    expect([used(restarted, 'MONTH'), used(restarted, 'MONTH_BYTES')]).toEqual([2, 800]);
    expect(await refusalOf(restarted.budget, free('catalog'))).toMatchObject({ refusedBy: 'MONTH_BYTES' });
    expect(await refusalOf(restarted.budget, free('orders'))).toBeUndefined();
  });

  it('begins again with the month', async () => {
    const house = await openHouse({
      callsPerMonth: 100,
      clock: createManualClock(Date.UTC(2026, 0, 31, 23, 59)),
    });
    await call(house.budget, free('orders'));
    expect(house.budget.monthEndsAt()).toBe(Date.UTC(2026, 1, 1));

    await house.clock.advance(MINUTE_MS);

    expect(used(house, 'MONTH')).toBe(0);
    expect(house.budget.monthEndsAt()).toBe(Date.UTC(2026, 2, 1));
  });

  it('is a month of the calendar in UTC, or 43,200 minutes that are shorter', () => {
    const now = Date.UTC(2026, 1, 14, 12);
    expect(monthAt(now, 60_000)).toEqual({ startsAt: Date.UTC(2026, 1, 1), endsAt: Date.UTC(2026, 2, 1) });
    const { startsAt, endsAt } = monthAt(now, 3_000);
    expect(endsAt - startsAt).toBe(43_200 * 3_000);
    expect(now >= startsAt && now < endsAt).toBe(true);
    expect(monthAt(endsAt, 3_000).startsAt).toBe(endsAt);
  });

  it('foretells where the pace leads', async () => {
    const house = await openHouse({ clock: createManualClock(Date.UTC(2026, 3, 16)) });
    for (let sent = 0; sent < 10; sent += 1) await call(house.budget, free('orders'));

    expect(house.budget.usage()).toContainEqual(
      expect.objectContaining({ window: 'MONTH', used: 10, forecast: 20, limit: 10_000 }),
    );
  });

  it('is forecast from a whole minute at least, however young the month is', () => {
    const startsAt = Date.UTC(2026, 10);
    const spending = new MonthSpending(MINUTE_MS, startsAt);
    spending.addCall();
    const forecasts = [0, 1, MINUTE_MS, 2 * MINUTE_MS].map((ageMs) => {
      const [month] = spending.usage(startsAt + ageMs, { callsPerMonth: 10_000, bytesPerMonth: null });
      return month!.forecast;
    });
    // November has 43,200 minutes.
    expect(forecasts).toEqual([43_200, 43_200, 43_200, 21_600]);
  });
});

describe('a refusal of S-360 itself', () => {
  it('makes polling rest for a minute, over a restart too, but no order', async () => {
    const house = await openHouse();
    await (await house.budget.take(free('catalog'))).refused(0);

    for (const { budget } of [house, await openHouse(house)]) {
      expect(await refusalOf(budget, EVENTS)).toMatchObject({ refusedBy: 'S360', retryAfterMs: MINUTE_MS });
      expect(budget.nextCallAt('CatalogService', 'getLastSetupUpdate')).toBe(house.clock.now() + MINUTE_MS);
      expect(await refusalOf(budget, free('orders'))).toBeUndefined();
    }
    await house.clock.advance(MINUTE_MS);
    expect(await refusalOf(house.budget, EVENTS)).toBeUndefined();
  });
});
