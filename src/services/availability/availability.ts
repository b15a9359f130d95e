import type { Logger } from 'pino';
import type { BoardStore } from '../../cache/color-board-store.js';
import { LiveColorBoard } from '../../cache/color-board.js';
import type { Clock } from '../../clock.js';
import { ComposedReadings } from '../../datasources/availability-composed.js';
import { colorsOfLevels } from '../../datasources/availability.js';
import type { AvailabilityCalls, CallAllowance } from '../../datasources/s360/client.types.js';
import type { AvailabilityColor } from '../../domain/availability.js';
import type { ColorLog } from '../../journal/color-log.js';
import { Backlog } from './availability-backlog.js';
import { RecentDemand } from './availability-demand.js';
import type { RunningFeed } from './availability-feed.js';
import { MethodHealth } from './availability-health.js';
import { InstitutionPlan } from './availability-plan.js';
import { AvailabilityPoller } from './availability-poller.js';
import { AvailabilityReadings } from './availability-readings.js';
import { Rounds, type RoundsOptions } from './availability-rounds.js';
import { createSeatReadings } from './availability-seats.js';
import type { SharedDemand } from './availability-shared-demand.js';
import type { SharedPolls, SharedPollsOptions } from './availability-shared-polls.js';
import type { AvailabilityService, CatalogService } from '../institution.types.js';
import { RECENT_MINUTES, type PollPlan } from './poll-plan.js';

export interface AvailabilityOptions {
  readonly institution: string;
  readonly calls: AvailabilityCalls;
  readonly allowance: CallAllowance;
  /** The institution's own words for levels, where they differ from the usual ones. */
  readonly levels?: Readonly<Record<string, AvailabilityColor>>;
  readonly catalog: Pick<CatalogService, 'current' | 'changes'>;
  /** Where the board survives a restart. */
  readonly store: BoardStore;
  readonly colorLog: ColorLog;
  /** Follows what other replicas read, when they share the log. */
  readonly sharePolls?: (parts: Omit<SharedPollsOptions, 'sharedLog'>) => SharedPolls;
  /** What the clients of other replicas want: the plan follows them too. */
  readonly sharedDemand?: SharedDemand;
  readonly feed: Pick<RunningFeed, 'join' | 'publish' | 'watchersOf'>;
  readonly clock: Clock;
  /** Length of the contract's minute. */
  readonly minuteMs: number;
  readonly callsPerMonth: number;
  /** The longest list of ids in one call; 500 by default. S-360's own limit is not known. */
  readonly batchSize?: number;
  /** How long a query waits for colors never observed before; 5 s by default. */
  readonly readDeadlineMs?: number;
  readonly log: Logger;
  /** Told for each product that changed its colors how long after S-360's own date of it. */
  readonly onColorChanged?: (delayMs: number) => void;
  /** From S-360's clock to ours; epoch ms. */
  readonly toOurClock?: (upstreamMs: number) => number;
}

/** The availabilities of one institution with its polling. */
export interface RunningAvailability extends AvailabilityService {
  /** The plan of this moment, with what it costs by method. */
  plan(): PollPlan;
  start(): void;
  /** Ends polling, waits for the round under way and saves the board. May be called twice. */
  stop(): Promise<void>;
}

const DEFAULT_BATCH_SIZE = 500;
const DEFAULT_READ_DEADLINE_MS = 5_000;

/** Builds the parts that keep one institution's colors. Nothing is asked before `start`. */
export function createAvailability(options: AvailabilityOptions): RunningAvailability {
  const { institution, calls, catalog, clock, colorLog, feed, minuteMs, log, sharedDemand } = options;
  const board = new LiveColorBoard(institution);
  const health = new MethodHealth(options.allowance, minuteMs);
  const composed = new ComposedReadings();
  const backlog = new Backlog(board, composed, clock.now());
  const demand = new RecentDemand(RECENT_MINUTES * minuteMs);
  const sold = new RecentDemand(RECENT_MINUTES * minuteMs);
  const shared = options.sharePolls?.({ institution, board, backlog, composed, feed, clock });
  const sharing = shared === undefined ? {} : { shared };
  const plan = new InstitutionPlan({
    ...options,
    board,
    backlog,
    demand,
    sold,
    watchers: () => feed.watchersOf(institution),
    ...(sharedDemand && { others: () => sharedDemand.othersOf(institution) }),
  });
  const rounds = new Rounds({
    ...options,
    ...sharing,
    batchSize: options.batchSize ?? DEFAULT_BATCH_SIZE,
    board,
    backlog,
    composed,
    health,
    colorOfLevel: colorsOfLevels(options.levels),
    onRecorded: (products, changes) => tellDelays(products, changes),
    nextPollAt: () => poller.nextPollAt,
    everyMs: (productId) => plan.everyMs(productId),
    rank: (productId) => plan.rank(productId),
  });
  const poller: AvailabilityPoller = new AvailabilityPoller({
    institution,
    calls,
    catalog,
    board,
    backlog,
    health,
    rounds,
    store: options.store,
    colorLog,
    ...sharing,
    clock,
    minuteMs,
    log,
    replan: () => plan.renew(),
  });
  const readings = new AvailabilityReadings({
    catalog,
    board,
    backlog,
    health,
    rounds,
    poller,
    plan,
    demand,
    clock,
    log,
    minuteMs,
    deadlineMs: options.readDeadlineMs ?? DEFAULT_READ_DEADLINE_MS,
  });
  const { onColorChanged, toOurClock = (at: number) => at } = options;
  const tellDelays: NonNullable<RoundsOptions['onRecorded']> = (products, changes) => {
    const changed = new Set(changes.map(({ subject }) => subject.productId));
    for (const productId of products) {
      // A move without another color has nothing to tell, and is over all the same.
      const movedAt = poller.told(productId);
      if (movedAt !== null && changed.has(productId)) onColorChanged?.(clock.now() - toOurClock(movedAt));
    }
  };
  const seats = createSeatReadings({ calls, catalog, clock, minuteMs });

  feed.join({
    institution,
    ready: poller.ready,
    observations: () => board.all(),
    polledAt: () => poller.polledAt,
    nextPollAt: () => poller.nextPollAt,
    onDemand() {
      poller.wake();
      sharedDemand?.changed();
    },
  });
  sharedDemand?.join({
    institution,
    demand() {
      const { all, byProduct, byPerformance } = feed.watchersOf(institution);
      const now = clock.now();
      return {
        all,
        byProduct: [...byProduct],
        byPerformance: [...byPerformance],
        queried: demand.current(now),
        sold: sold.current(now),
      };
    },
    onOthersChanged(newlySold) {
      for (const productId of newlySold) backlog.markMoved(productId, clock.now());
      poller.wake();
    },
  });

  return {
    board,
    ofPerformances: (performanceIds) => readings.ofPerformances(performanceIds),
    ofProducts: (productIds) => readings.ofProducts(productIds),
    seats: (performanceId, seatCategoryId) => seats.seats(performanceId, seatCategoryId),
    expectMoves(productIds) {
      for (const productId of productIds) backlog.markMoved(productId, clock.now());
      sold.note(productIds, clock.now());
      poller.wake();
      sharedDemand?.changed();
    },
    pollPlan: () => [...plan.renew().entries.values()],
    pollTimes: () => ({ polledAt: poller.polledAt, nextPollAt: poller.nextPollAt }),
    plan: () => plan.renew(),
    start: () => poller.start(),
    stop: () => poller.stop(),
  };
}
