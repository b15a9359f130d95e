import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { BudgetRequest, CallTicket } from '../../src/datasources/s360/call-budget.js';
import { monthAt } from '../../src/datasources/s360/contract-month.js';
import { UpstreamRateLimitedError } from '../../src/errors.js';
import { skipNote } from '../support/postgres.js';
import { NO_REDIS, startRedis, type RedisServer } from '../support/redis.js';
import { MINUTE_MS, openReplica, openReplicas, type Replica } from '../support/shared-budgets.js';

const REPLICAS = 3;
const PER_MINUTE = 10;
const PER_MONTH = 60;
const DEADLINE_MS = 5_000;

const METHODS = {
  events: { service: 'AvailabilityService', method: 'getEventAvailability', lane: 'availability' },
  updates: { service: 'AvailabilityService', method: 'getUpdatedAvailabilities', lane: 'availability' },
  catalog: { service: 'CatalogService', method: 'getCatalogDetailed', lane: 'catalog' },
  order: { service: 'ExternalOrderService', method: 'closeOrder', lane: 'orders' },
} as const satisfies Record<string, Pick<BudgetRequest, 'service' | 'method' | 'lane'>>;
type MethodName = keyof typeof METHODS;
const CONTRACT_MINUTES: Readonly<Record<MethodName, number>> = {
  events: 1,
  updates: 1,
  catalog: 10,
  order: 0,
};

type Step =
  | { readonly kind: 'take'; readonly replica: number; readonly method: MethodName }
  | { readonly kind: 'end'; readonly replica: number; readonly isSent: boolean }
  | { readonly kind: 'advance'; readonly ms: number }
  /** All at the same moment. */
  | { readonly kind: 'race'; readonly method: MethodName }
  | { readonly kind: 'crash'; readonly replica: number };

const replica = fc.nat({ max: REPLICAS - 1 });
const method = fc.constantFrom(...(Object.keys(METHODS) as MethodName[]));
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('take' as const), replica, method }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('race' as const), method }) },
    {
      weight: 6,
      arbitrary: fc.record({ kind: fc.constant('end' as const), replica, isSent: fc.boolean() }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('advance' as const),
        ms: fc.integer({ min: 1, max: 90_000 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('crash' as const), replica }) },
  ),
  { minLength: 20, maxLength: 60 },
);

interface Grant {
  readonly at: number;
  readonly method: MethodName;
  readonly replica: number;
  readonly ticket: CallTicket;
  /** Undefined while it is under way, or its process died; it may then have been sent. */
  isSent?: boolean;
}

/** Every call that S-360 may have seen. */
async function play(redis: RedisServer, plan: readonly Step[]): Promise<void> {
  const institution = `house-${randomUUID()}`;
  const limits = { institution, callsPerMinute: PER_MINUTE, callsPerMonth: PER_MONTH };
  await using house = await openReplicas(redis.url, REPLICAS, limits);
  const { clock, ledger } = house;
  const living: Replica[] = [...house.replicas];
  const grants: Grant[] = [];
  const settled = async (): Promise<void> => {
    await Promise.all(living.map(({ pool }) => pool.settled()));
  };

  async function take(replica: number, method: MethodName): Promise<void> {
    try {
      const ticket = await living[replica]!.budget.take({ ...METHODS[method], deadlineMs: DEADLINE_MS });
      grants.push({ at: clock.now(), method, replica, ticket });
    } catch (error) {
      if (!(error instanceof UpstreamRateLimitedError) || error.refusedBy === 'REPLICA') throw error;
    }
  }

  for (const step of plan) {
    switch (step.kind) {
      case 'take':
        await take(step.replica, step.method);
        break;
      case 'race':
        await Promise.all(living.map((_, index) => take(index, step.method)));
        break;
      case 'end': {
        const open = grants.find(({ replica, isSent }) => replica === step.replica && isSent === undefined);
        if (open === undefined) break;
        open.isSent = step.isSent;
        await (step.isSent ? open.ticket.ended(1) : open.ticket.neverSent());
        await settled();
        break;
      }
      case 'advance':
        await clock.advance(step.ms);
        break;
      case 'crash': {
        await living[step.replica]!.link.close();
        for (const grant of grants) if (grant.replica === step.replica) grant.isSent ??= true;
        const next = await openReplica({ url: redis.url, clock, ledger, ...limits });
        await next.joined();
        living[step.replica] = next;
        break;
      }
    }
    const seen = grants.filter(({ isSent }) => isSent !== false);
    for (const { at, method } of seen) {
      const windowMs = CONTRACT_MINUTES[method] * MINUTE_MS;
      const inWindow = (ms: number, other: Grant): boolean => other.at >= at && other.at < at + ms;
      const same = seen.filter((other) => other.method === method && inWindow(windowMs, other));
      expect(same.length, `${method} in one window`).toBeLessThanOrEqual(1);
      const inMinute = seen.filter((other) => inWindow(MINUTE_MS, other));
      expect(inMinute.length, 'calls in one minute').toBeLessThanOrEqual(PER_MINUTE);
    }
    expect(seen.length, 'calls in the month').toBeLessThanOrEqual(PER_MONTH);
  }

  await settled();
  const calls = grants.filter(({ isSent }) => isSent !== false).length;
  const bytes = grants.filter(({ isSent }) => isSent === true).length;
  const { startsAt } = monthAt(clock.now(), MINUTE_MS);
  const journal = await ledger.month(startsAt);
  expect(journal.calls, 'calls in the journal').toBe(calls);
  const key = `foyer:{${institution}}:calls:month:${startsAt}`;
  expect(Number(await redis.command('HGET', key, 'calls')), 'calls in Redis').toBe(calls);
  // A process that died told nobody how much it had received.
  expect(journal.bytes).toBeLessThanOrEqual(bytes);
  for (const one of living) await one[Symbol.asyncDispose]();
}

it.skipIf(NO_REDIS !== null)(
  `three replicas that crash at any moment never buy a window twice, nor more than the minute and the month hold${skipNote(NO_REDIS)}`,
  async () => {
    await using redis = await startRedis();
    const property = fc.asyncProperty(steps, (plan) => play(redis, plan));
    await expect(fc.assert(property, { numRuns: 30 })).resolves.toBeUndefined();
  },
  60_000,
);
