import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  planPolls,
  type PlannedProduct,
  type PollPlan,
  type PollPlanInput,
} from '../../src/services/availability/poll-plan.js';

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
const MONTH = 30 * DAY;

describe('poll plan', () => {
  it.each<[string, Partial<PlannedProduct>, number]>([
    ['hourly what nobody watches', {}, 60],
    ['hourly what is not on sale', { isOnSale: false, isFewLeft: true }, 60],
    ['half-hourly what has few left', { isFewLeft: true }, 30],
    ['every 10 minutes what was asked for', { isQueried: true }, 10],
    ['every 5 minutes what opens', { isOpening: true }, 5],
    ['each minute what is watched', { watchers: 2 }, 1],
  ])('polls %s', (_, facts, minutes) => {
    const plan = planPolls(input([product(facts)]));
    expect(plan.cycleEveryMs).toBe(minutes * MINUTE);
    expect(plan.entries.get('1')).toMatchObject({ everyMs: minutes * MINUTE, watchers: facts.watchers ?? 0 });
  });

  it('polls hourly an institution that has nothing to sell', () => {
    expect(planPolls(input([])).cycleEveryMs).toBe(60 * MINUTE);
  });

  it('reads what nobody watches hourly even while something else is watched', () => {
    const plan = planPolls(input([product({ watchers: 1 }), product({ productId: '2', kind: 'PRODUCT' })]));
    expect(plan.entries.get('2')?.everyMs).toBe(60 * MINUTE);
    expect(plan.callsPerDay).toEqual({
      getUpdatedAvailabilities: 1_440,
      getEventAvailability: 1_440,
      getProductAvailability: 24,
      getPerformanceAvailability: 0,
    });
  });

  it('says in words why, and that it is slowed', () => {
    const [entry] = planPolls({
      ...input([product({ watchers: 3 })]),
      pollingCallsLeft: 2_000,
    }).entries.values();
    expect(entry?.reason).toBe(
      'watched by 3 subscriptions, slowed so that the calls last to the end of the month',
    );
  });

  it('waits for the next month when nothing is left', () => {
    const plan = planPolls({ ...input([product({ watchers: 1 })]), pollingCallsLeft: 0 });
    expect(plan.cycleEveryMs).toBe(MONTH);
  });

  it('is never faster than a minute, and never dearer than what demand wishes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record(productArbitrary()), { maxLength: 8 }),
        fc.nat(20_000),
        fc.integer({ min: -DAY, max: MONTH }),
        (products, pollingCallsLeft, timeLeft) => {
          const plan = planPolls({ ...input(products), pollingCallsLeft, monthEndsAt: timeLeft });
          const all = [plan.cycleEveryMs, ...[...plan.entries.values()].map(({ everyMs }) => everyMs)];
          expect(Math.min(...all)).toBeGreaterThanOrEqual(MINUTE);
          expect(all.every(Number.isFinite)).toBe(true);
          expect(perDay(plan)).toBeLessThanOrEqual(4 * 1_440);
        },
      ),
    );
  });

  it('stays far below a standard month when nobody watches, with everything always moving', () => {
    expect(spendMonth(() => 0).spent).toBeLessThan(3_000);
  });

  it('fits a standard month with watchers day and night, and still polls at its end', () => {
    const { spent, lastDays } = spendMonth(() => 5);
    expect(spent).toBeLessThanOrEqual(8_000.001);
    expect(spent).toBeGreaterThan(7_000);
    expect(lastDays.at(-1)!.slowestMs).toBeLessThan(60 * MINUTE);
  });

  it('serves three hours of watchers an evening at full speed for five days, then nearly so', () => {
    const { lastDays, spent } = spendMonth((now) => (now % DAY < 3 * 60 * MINUTE ? 1 : 0));
    expect(spent).toBeLessThanOrEqual(8_000);
    expect(lastDays.slice(0, 5).map(({ fastestMs }) => fastestMs)).toEqual(Array(5).fill(MINUTE));
    expect(lastDays.at(-1)!.fastestMs).toBeLessThan(5 * MINUTE);
  });

  it('slows down smoothly: the interval never jumps while demand stays', () => {
    let before: number | null = null;
    for (let left = 8_000; left > 500; left -= 10) {
      const { cycleEveryMs } = planPolls({
        ...input([product({ watchers: 1 })]),
        pollingCallsLeft: left,
      });
      before ??= cycleEveryMs;
      expect(cycleEveryMs / before).toBeLessThan(1.25);
      expect(cycleEveryMs).toBeGreaterThanOrEqual(before);
      before = cycleEveryMs;
    }
  });

  it('scales with the length of the contract minute', () => {
    const slow = planPolls({ ...input([product({ watchers: 1 })]), pollingCallsLeft: 3_000 });
    const fast = planPolls({
      ...input([product({ watchers: 1 })]),
      pollingCallsLeft: 3_000,
      minuteMs: MINUTE / 20,
      monthEndsAt: MONTH / 20,
    });
    expect(fast.cycleEveryMs).toBeCloseTo(slow.cycleEveryMs / 20, 6);
  });
});

/** Spends a month as planned, with something of every kind moving in every cycle. Polling has 8,000 of 10,000 calls. */
function spendMonth(watchersAt: (now: number) => number): {
  spent: number;
  lastDays: { fastestMs: number; slowestMs: number }[];
} {
  const lastDays: { fastestMs: number; slowestMs: number }[] = [];
  let spent = 0;
  for (let now = 0; now < MONTH;) {
    const products = [
      product({ watchers: watchersAt(now) }),
      product({ productId: '2', kind: 'PRODUCT' }),
      product({ productId: '3', kind: 'COMPOSED' }),
    ];
    const plan = planPolls({ ...input(products), now, pollingCallsLeft: 8_000 - spent });
    spent += (perDay(plan) * Math.min(plan.cycleEveryMs, MONTH - now)) / DAY;
    const day = (lastDays[Math.floor(now / DAY)] ??= { fastestMs: Infinity, slowestMs: 0 });
    day.fastestMs = Math.min(day.fastestMs, plan.cycleEveryMs);
    day.slowestMs = Math.max(day.slowestMs, plan.cycleEveryMs);
    // Demand changes wake the poller, so no step is longer than a demand lasts.
    now += Math.min(plan.cycleEveryMs, 3 * 60 * MINUTE);
  }
  return { spent, lastDays: lastDays.filter(Boolean) };
}

function perDay(plan: PollPlan): number {
  return Object.values(plan.callsPerDay).reduce((sum, calls) => sum + calls, 0);
}

function input(products: readonly PlannedProduct[]): PollPlanInput {
  return {
    products,
    minuteMs: MINUTE,
    callsPerMonth: 10_000,
    pollingCallsLeft: 8_000,
    monthEndsAt: MONTH,
    now: 0,
  };
}

function product(facts: Partial<PlannedProduct>): PlannedProduct {
  return {
    productId: '1',
    kind: 'EVENT',
    isOnSale: true,
    isFewLeft: false,
    watchers: 0,
    isQueried: false,
    isOpening: false,
    ...facts,
  };
}

function productArbitrary(): { [Name in keyof PlannedProduct]: fc.Arbitrary<PlannedProduct[Name]> } {
  return {
    productId: fc.integer({ min: 1, max: 99 }).map(String),
    kind: fc.constantFrom('EVENT', 'PRODUCT', 'COMPOSED'),
    isOnSale: fc.boolean(),
    isFewLeft: fc.boolean(),
    watchers: fc.nat(3),
    isQueried: fc.boolean(),
    isOpening: fc.boolean(),
  };
}
