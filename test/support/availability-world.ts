import { pino, type Logger } from 'pino';
import type { CatalogSnapshot } from '../../src/cache/catalog-snapshot.types.js';
import type { Clock } from '../../src/clock.js';
import type { AvailabilityCalls, CallAllowance } from '../../src/datasources/s360/client.types.js';
import type { AvailabilityEntryWire } from '../../src/datasources/s360/wire/availability.js';
import type { AvailabilityColor } from '../../src/domain/availability.js';
import type { Performance, Product } from '../../src/domain/catalog.js';
import { UpstreamFaultError, UpstreamRateLimitedError, UpstreamUnavailableError } from '../../src/errors.js';
import { createColorLog } from '../../src/journal/color-log.js';
import { openJournal } from '../../src/journal/database.js';
import type { SharedColorLog } from '../../src/journal/shared-color-log.js';
import {
  createAvailability,
  type RunningAvailability,
} from '../../src/services/availability/availability.js';
import {
  createAvailabilityFeed,
  type RunningFeed,
} from '../../src/services/availability/availability-feed.js';
import type { FeedFilter, FeedUpdate } from '../../src/services/availability/availability-feed.types.js';
import { SharedPolls } from '../../src/services/availability/availability-shared-polls.js';
import type { SharedDemand } from '../../src/services/availability/availability-shared-demand.js';
import type { CatalogSwap } from '../../src/services/institution.types.js';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
const START = Date.parse('2026-03-01T00:00:00Z');

type Method = keyof AvailabilityCalls;
type CallArgs = Readonly<Record<string, unknown>> & { readonly performanceIds?: readonly string[] };

/** Time that moves only when told to, letting everything that waits for it happen on the way. */
export class SteppedClock implements Clock {
  /** Resolves when everything has run that does not wait for this clock. */
  settle: () => Promise<void> = settle;
  #now = START;
  #sleepers: { at: number; wake: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted === true || ms <= 0) return resolve();
      const end = (): void => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        signal?.removeEventListener('abort', end);
        resolve();
      };
      const sleeper = { at: this.#now + ms, wake: end };
      this.#sleepers.push(sleeper);
      signal?.addEventListener('abort', end, { once: true });
    });
  }

  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    await this.settle();
    for (;;) {
      const next = this.#sleepers.reduce<{ at: number; wake: () => void } | null>(
        (first, sleeper) => (first === null || sleeper.at < first.at ? sleeper : first),
        null,
      );
      if (next === null || next.at > until) break;
      this.#now = Math.max(this.#now, next.at);
      next.wake();
      await this.settle();
    }
    this.#now = until;
    await this.settle();
  }
}

/** Lets everything run that does not wait for the clock. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 6; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/**
 * An S-360 with the contract's limits: a call that breaks one fails the test that made it. One category `41` for each
 * performance; product 7 is a pass, product 8 a season ticket of product 1 with a quota of 50.
 */
export class FakeS360 implements AvailabilityCalls, CallAllowance {
  readonly calls: { method: Method; at: number; args: CallArgs }[] = [];
  readonly violations: string[] = [];
  clock: Clock = new SteppedClock();
  productOf: (performanceId: string) => string | undefined = () => undefined;
  callsLeft = 8_000;
  isDown = false;
  /** Calls wait for this before they are answered. */
  gate: Promise<unknown> = Promise.resolve();
  #failing: { method: Method; as: 'down' | 'fault' } | null = null;
  readonly #stock = new Map<string, { color: AvailabilityColor; quantity: number }>();
  readonly #forgotten = new Set<string>();
  readonly #movedAt = new Map<string, number>();
  readonly #freeAt = new Map<string, number>();

  set(id: string, color: AvailabilityColor, quantity: number, { moved = true } = {}): void {
    this.#stock.set(id, { color, quantity });
    if (moved) this.#movedAt.set(this.productOf(id) ?? id, this.clock.now());
  }

  colorOf(id: string): AvailabilityColor {
    return this.#stockOf(id).color;
  }

  forget(id: string): void {
    this.#forgotten.add(id);
  }

  fail(method: Method, as: 'down' | 'fault' = 'down'): void {
    this.#failing = { method, as };
  }

  heal(): void {
    this.#failing = null;
  }

  callsByMethod(): Partial<Record<Method, number>> {
    const counts: Partial<Record<Method, number>> = {};
    for (const { method } of this.calls) counts[method] = (counts[method] ?? 0) + 1;
    return counts;
  }

  lastArgs(method: Method): CallArgs | undefined {
    return this.calls.findLast((call) => call.method === method)?.args;
  }

  nextCallAt(_service: string, method: string, key = ''): number {
    return this.#freeAt.get(`${method}/${key}`) ?? 0;
  }

  pollingCallsLeft(): number {
    return this.callsLeft - this.calls.length;
  }

  monthEndsAt(): number {
    return START + 30 * DAY;
  }

  getUpdatedAvailabilities(args: { productIds: readonly string[]; since: number }) {
    return this.#call('getUpdatedAvailabilities', args, () =>
      [...this.#movedAt]
        .filter(([productId, at]) => args.productIds.includes(productId) && at >= args.since)
        .flatMap(([productId, at]) => {
          const move = { productId, movedAt: at };
          return [move, move];
        }),
    );
  }

  getEventAvailability(args: { eventIds: readonly string[]; performanceIds: readonly string[] }) {
    const owners = new Set(args.performanceIds.map((id) => this.productOf(id)));
    if (owners.size !== args.eventIds.length)
      this.violations.push('eventIds do not belong to performanceIds');
    return this.#call('getEventAvailability', args, () => this.#entries(args.performanceIds, '41'));
  }

  getPerformanceAvailability(args: { performanceIds: readonly string[] }) {
    return this.#call('getPerformanceAvailability', args, () =>
      this.#entries(args.performanceIds).map((entry) => ({
        ...entry,
        quantity: String(Number(entry.quantity) && 7),
      })),
    );
  }

  getProductAvailability(args: { productIds: readonly string[] }) {
    return this.#call('getProductAvailability', args, () =>
      args.productIds.map((productId) => ({
        productId,
        availabilityLevel: this.#stockOf(productId).color,
        quantity: String(this.#stockOf(productId).quantity),
      })),
    );
  }

  getSeatsAvailability(args: { performanceId: string; seatCategoryIds: readonly string[] }) {
    return this.#call(
      'getSeatsAvailability',
      args,
      () =>
        args.seatCategoryIds.map((seatCategoryId) => ({
          physicalSeatId: '9001',
          seatCategoryId,
          available: true,
        })),
      args.performanceId,
    );
  }

  #entries(performanceIds: readonly string[], seatCategoryId?: string): AvailabilityEntryWire[] {
    return performanceIds
      .filter((id) => !this.#forgotten.has(id))
      .map((performanceId) => ({
        performanceId,
        ...(seatCategoryId === undefined ? {} : { seatCategoryId }),
        availabilityLevel: this.#stockOf(performanceId).color,
        quantity: String(this.#stockOf(performanceId).quantity),
      }));
  }

  #stockOf(id: string): { color: AvailabilityColor; quantity: number } {
    return this.#stock.get(id) ?? { color: 'GREEN', quantity: id === '8' ? 50 : 100 };
  }

  async #call<Answer>(method: Method, args: object, answer: () => Answer, key = ''): Promise<Answer> {
    const at = this.clock.now();
    const call = { institution: 'hall', service: 'AvailabilityService', method };
    const slot = `${method}/${key}`;
    if ((this.#freeAt.get(slot) ?? 0) > at) {
      this.violations.push(`${method} asked again after less than a minute`);
      throw new UpstreamRateLimitedError(call, 'too early', 'S360');
    }
    if (this.callsLeft <= this.calls.length)
      this.violations.push(`${method} asked beyond the month's allowance`);
    this.#freeAt.set(slot, at + MINUTE);
    this.calls.push({ method, at, args: args as CallArgs });
    await new Promise((resolve) => setImmediate(resolve));
    await this.gate;
    if (this.isDown || (this.#failing?.method === method && this.#failing.as === 'down')) {
      throw new UpstreamUnavailableError(call, 'refused');
    }
    if (this.#failing?.method === method) throw new UpstreamFaultError(call, 'error.technical');
    return answer();
  }
}

export interface WorldOptions {
  readonly s360?: FakeS360;
  readonly batchSize?: number;
  /** Events beyond the two of the world, with two performances each: products 101, 102 … */
  readonly extraEvents?: number;
  readonly saleOpensAfterMs?: number;
  readonly journalFile?: string;
  /** What the board's store keeps over a restart. */
  readonly kept?: Map<string, string>;
  readonly log?: Logger;
  /** The world is one of several replicas. */
  readonly replica?: ReplicaParts;
}

export interface ReplicaParts {
  readonly sharedLog: SharedColorLog;
  readonly sharedDemand?: SharedDemand;
  /** S-360, as far as this replica may ask. */
  readonly calls: AvailabilityCalls & CallAllowance;
}

export interface AvailabilityWorld extends AsyncDisposable {
  readonly availability: RunningAvailability;
  readonly feed: RunningFeed;
  readonly clock: SteppedClock;
  readonly s360: FakeS360;
  /** How many performances and products have been observed. */
  observed(): number;
  start(): Promise<void>;
  reloadCatalog(change: { without: readonly string[]; changed: readonly string[] }): Promise<void>;
}

/** The availabilities of the institution `hall` on a fake S-360 and a stepped clock. */
export async function openWorld(options: WorldOptions = {}): Promise<AvailabilityWorld> {
  const { s360 = new FakeS360(), kept = new Map<string, string>() } = options;
  const clock = s360.clock as SteppedClock;
  const journal = openJournal(options.journalFile ?? ':memory:');
  const { replica } = options;
  const colorLog = replica?.sharedLog ?? (await createColorLog({ journal, clock }));
  const feed = createAvailabilityFeed({ institutions: new Map([['hall', null]]), colorLog, clock });
  replica?.sharedLog.onRestarted(() => feed.restart());
  let snapshot = snapshotOf(products(options, clock.now()));
  let announce: (swap: CatalogSwap) => void = () => {};
  s360.productOf = (id) => snapshot.performance(id)?.productId;
  const availability = createAvailability({
    institution: 'hall',
    calls: replica?.calls ?? s360,
    allowance: replica?.calls ?? s360,
    ...(replica && {
      sharePolls: (parts) => new SharedPolls({ ...parts, sharedLog: replica.sharedLog }),
      ...(replica.sharedDemand && { sharedDemand: replica.sharedDemand }),
    }),
    catalog: {
      current: () => snapshot,
      async *changes(signal) {
        while (!signal.aborted) {
          const swap = await new Promise<CatalogSwap | null>((resolve) => {
            announce = resolve;
            signal.addEventListener('abort', () => resolve(null), { once: true });
          });
          if (swap !== null) yield swap;
        }
      },
    },
    store: {
      get: (key) => Promise.resolve(kept.get(key)),
      set: (key, value) => Promise.resolve(kept.set(key, value)),
    },
    colorLog,
    feed,
    clock,
    minuteMs: MINUTE,
    callsPerMonth: 10_000,
    ...(options.batchSize === undefined ? {} : { batchSize: options.batchSize }),
    readDeadlineMs: 200,
    log: options.log ?? pino({ level: 'silent' }),
  });
  return {
    availability,
    feed,
    clock,
    s360,
    observed() {
      const { board } = availability;
      const all = [
        ...snapshot.performances.map(({ id }) => board.performance(id)),
        ...snapshot.products.map(({ id }) => board.product(id)),
      ];
      return all.filter((observed) => observed !== undefined).length;
    },
    async start() {
      availability.start();
      await clock.advance(MINUTE / 2);
    },
    async reloadCatalog({ without, changed }) {
      snapshot = snapshotOf(snapshot.products.filter(({ id }) => !without.includes(id)));
      announce({
        snapshot,
        at: clock.now(),
        products: changed.map((productId) => ({ productId, kind: 'CHANGED' })),
      });
      await settle();
    },
    async [Symbol.asyncDispose]() {
      await availability.stop();
      await feed.stop();
      await journal.destroy();
      if (s360.violations.length > 0) throw new Error(s360.violations.join('\n'));
    },
  };
}

/** A subscriber who reads everything at once. */
export class Watcher {
  readonly updates: FeedUpdate[] = [];
  readonly #iterator: AsyncIterator<FeedUpdate>;
  readonly #reading: Promise<void>;

  constructor(world: AvailabilityWorld, filter: FeedFilter = {}, after: string | null = null) {
    const updates = world.feed.subscribe(filter, after, {
      signal: new AbortController().signal,
      callerId: '',
    });
    this.#iterator = updates[Symbol.asyncIterator]();
    this.#reading = this.#read();
  }

  settle(): Promise<void> {
    return settle();
  }

  /** As `performance[/category] before>after`. */
  changes(): string[] {
    return this.updates.flatMap(({ kind, changes }) =>
      changes
        .filter(() => kind === 'CHANGES')
        .map(({ subject, seatCategoryId, before, after }) => {
          const id = subject.kind === 'performance' ? subject.performanceId : subject.productId;
          return `${id}${seatCategoryId === null ? '' : `/${seatCategoryId}`} ${before}>${after}`;
        }),
    );
  }

  async leave(): Promise<void> {
    await this.#iterator.return?.();
    await this.#reading;
  }

  async #read(): Promise<void> {
    for (;;) {
      const result = await this.#iterator.next();
      if (result.done === true) return;
      this.updates.push(result.value);
    }
  }
}

function products({ extraEvents = 0, saleOpensAfterMs }: WorldOptions, now: number): Product[] {
  const opensAt = saleOpensAfterMs === undefined ? null : now + saleOpensAfterMs;
  const extra = Array.from({ length: extraEvents }, (_, index) => event(String(101 + index), 2, null));
  return [
    event('1', 2, opensAt),
    event('2', 1, null),
    ...extra,
    product('7', { kind: 'PASS' }),
    product('8', { kind: 'SEASON_TICKET', containedProductIds: ['1'] }),
  ];
}

function event(id: string, performances: number, opensAt: number | null): Product {
  return product(id, {
    performances: Array.from({ length: performances }, (_, index): Performance => ({
      id: `${id}${index + 1}`,
      productId: id,
      name: [],
      startsAt: START + 90 * DAY,
      durationMinutes: 90,
      venueId: null,
      state: 'RUNNING',
      seatCategoryIds: ['41'],
      prices: [
        {
          tariffId: '1',
          seatCategoryId: '41',
          priceLevelId: null,
          amountMilli: 45_000n,
          minQuantity: null,
          maxQuantity: null,
          salesPeriods: opensAt === null ? [] : [{ opensAt, closesAt: null, tariffIds: [] }],
        },
      ],
    })),
  });
}

function product(id: string, facts: Partial<Product>): Product {
  return {
    id,
    seasonId: '1',
    code: id,
    kind: 'EVENT',
    name: [],
    description: [],
    imageUrl: null,
    state: 'RUNNING',
    topicIds: [],
    performances: [],
    items: [],
    containedProductIds: [],
    ...facts,
  };
}

function snapshotOf(products: readonly Product[]): CatalogSnapshot {
  const performances = products.flatMap((product) => product.performances);
  const nothing = (): undefined => undefined;
  const productById = new Map(products.map((product) => [product.id, product]));
  const performanceById = new Map(performances.map((performance) => [performance.id, performance]));
  return {
    institution: 'hall',
    version: String(products.length),
    setupUpdatedAt: null,
    observedAt: START,
    pointOfSales: {
      id: '500',
      code: 'POS',
      organizationName: [],
      timeZone: 'Europe/Paris',
      currency: { code: 'EUR', fractionDigits: 2 },
      languages: ['fr'],
      maxSeatsPerPerformance: null,
      paymentMethods: [],
      contactCreationAllowed: true,
      contactAccessAllowed: true,
      contactRequiredKinds: [],
      isSelling: true,
    },
    seasons: [],
    products,
    performances,
    product: (id) => productById.get(id),
    performance: (id) => performanceById.get(id),
    season: nothing,
    tariff: nothing,
    seatCategory: nothing,
    topic: nothing,
    venue: nothing,
    searchText: () => '',
  };
}
