import type { AvailabilityMethod } from '../../datasources/s360/client.types.js';
import type { PollPlanEntry } from '../institution.types.js';

/** How one product is read: its performances, itself, or (a season ticket) itself and what is inside it. */
export type ReadKind = 'EVENT' | 'PRODUCT' | 'COMPOSED';

/** What the plan has to know about one product. */
export interface PlannedProduct {
  readonly productId: string;
  readonly kind: ReadKind;
  readonly isOnSale: boolean;
  /** Something of it is ORANGE. */
  readonly isFewLeft: boolean;
  /** Subscriptions that would see a change of it. */
  readonly watchers: number;
  /** Somebody asked for it in the last RECENT_MINUTES. */
  readonly isQueried: boolean;
  /** Its sale opens soon or has just opened. */
  readonly isOpening: boolean;
}

export interface PollPlanInput {
  readonly products: readonly PlannedProduct[];
  /** Length of the contract's minute. */
  readonly minuteMs: number;
  readonly callsPerMonth: number;
  /** `CallAllowance.pollingCallsLeft`. */
  readonly pollingCallsLeft: number;
  /** Epoch ms. */
  readonly monthEndsAt: number;
  readonly now: number;
}

export interface PollPlan {
  /** From one `getUpdatedAvailabilities` to the next. */
  readonly cycleEveryMs: number;
  /** By product id. A product that moved is read after `everyMs`, or sooner where a call is made anyway. */
  readonly entries: ReadonlyMap<string, PollPlanEntry>;
  /** What the plan costs: exact for `getUpdatedAvailabilities`, else the most, reached when something always moves. */
  readonly callsPerDay: Readonly<Record<Exclude<AvailabilityMethod, 'getSeatsAvailability'>, number>>;
}

/** How long an interest or an opening lasts, in contract minutes. */
export const RECENT_MINUTES = 10;
export const OPENING_MINUTES = 60;

/** In contract minutes; the contract's "normal use" is hourly and its limit once a minute. */
const EVERY_MINUTES = { watched: 1, opening: 5, queried: 10, fewLeft: 30, quiet: 60 };
const MINUTES_PER_DAY = 1_440;
const MINUTES_PER_MONTH = 30 * MINUTES_PER_DAY;
/** Share of the month's calls that polling may spend evenly; what it has saved beyond that, it may spend at once. */
const EVEN_SHARE = 0.6;
/** Full speed while the savings are above this share of the month's calls, slower and slower below. */
const COMFORT_SHARE = 0.1;

/**
 * How often to poll. Demand wishes (watched: each minute … nobody: hourly) and the month's allowance disposes:
 *
 *   even rate = calls left / time left                     (lasts exactly to the end of the month)
 *   savings   = calls left − 0.6 × calls per month × share of the month left
 *   ease      = savings / (0.1 × calls per month), between 0 and 1
 *   rate      = even rate + ease × (wished rate − even rate), and never above the wished rate
 *
 * So an evening of watchers is served at full speed from what quiet days have saved, and watchers day and night
 * slow down smoothly to a pace that lasts. All intervals shorter than needed for that rate are raised to one floor.
 */
export function planPolls(input: PollPlanInput): PollPlan {
  const { products, minuteMs } = input;
  const wishes = products.map((product) => ({ product, ...wishOf(product) }));
  const cycleWish = Math.min(EVERY_MINUTES.quiet, ...wishes.map(({ minutes }) => minutes)) * minuteMs;
  const readWish = (kind: ReadKind): number =>
    Math.min(...wishes.filter(({ product }) => product.kind === kind).map(({ minutes }) => minutes)) *
    minuteMs;
  const hasProducts = products.some(({ kind }) => kind !== 'EVENT');
  const productWish = Math.min(readWish('PRODUCT'), readWish('COMPOSED'));
  const reads = [readWish('EVENT'), hasProducts ? productWish : Infinity, readWish('COMPOSED')];
  const floorMs = affordableFloor([cycleWish, ...reads].filter(Number.isFinite), input);
  const paced = (wishMs: number): number => Math.max(wishMs, floorMs);
  const perDay = (everyMs: number): number => (MINUTES_PER_DAY * minuteMs) / paced(everyMs);
  return {
    cycleEveryMs: paced(cycleWish),
    entries: new Map(
      wishes.map(({ product: { productId, watchers }, minutes, reason }) => {
        const everyMs = paced(minutes * minuteMs);
        const slowed =
          everyMs > minutes * minuteMs ? ', slowed so that the calls last to the end of the month' : '';
        return [productId, { productId, everyMs, watchers, reason: reason + slowed }];
      }),
    ),
    callsPerDay: {
      getUpdatedAvailabilities: perDay(cycleWish),
      getEventAvailability: perDay(reads[0]!),
      getProductAvailability: perDay(reads[1]!),
      getPerformanceAvailability: perDay(reads[2]!),
    },
  };
}

function wishOf(product: PlannedProduct): { minutes: number; reason: string } {
  if (product.watchers > 0) {
    const who = product.watchers === 1 ? 'a subscription' : `${product.watchers} subscriptions`;
    return { minutes: EVERY_MINUTES.watched, reason: `watched by ${who}` };
  }
  if (product.isOpening)
    return { minutes: EVERY_MINUTES.opening, reason: 'its sale opens or has just opened' };
  if (product.isQueried) return { minutes: EVERY_MINUTES.queried, reason: 'asked for in the last minutes' };
  if (product.isOnSale && product.isFewLeft)
    return { minutes: EVERY_MINUTES.fewLeft, reason: 'few places left' };
  return {
    minutes: EVERY_MINUTES.quiet,
    reason: product.isOnSale ? 'on sale, nobody watches' : 'not on sale now',
  };
}

/** The shortest interval that the allowance permits, when every interval below it is raised to it. */
function affordableFloor(wishesMs: readonly number[], input: PollPlanInput): number {
  const timeLeftMs = Math.max(input.monthEndsAt - input.now, input.minuteMs);
  const sorted = [...wishesMs].sort((a, b) => a - b);
  const wishedRate = sumOfRates(sorted);
  const rate = affordableRate(wishedRate, timeLeftMs, input);
  if (rate >= wishedRate) return input.minuteMs;
  for (let raised = 1; raised <= sorted.length; raised += 1) {
    const room = rate - sumOfRates(sorted.slice(raised));
    const floorMs = room > 0 ? raised / room : Infinity;
    if (floorMs <= (sorted[raised] ?? Infinity)) return Math.min(floorMs, timeLeftMs);
  }
  return timeLeftMs;
}

/** Calls per millisecond. */
function affordableRate(wishedRate: number, timeLeftMs: number, input: PollPlanInput): number {
  const callsLeft = Math.max(input.pollingCallsLeft, 0);
  const evenRate = callsLeft / timeLeftMs;
  const shareLeft = Math.min(timeLeftMs / (MINUTES_PER_MONTH * input.minuteMs), 1);
  const savings = callsLeft - EVEN_SHARE * input.callsPerMonth * shareLeft;
  const ease = Math.min(Math.max(savings / (COMFORT_SHARE * input.callsPerMonth), 0), 1);
  return Math.min(wishedRate, evenRate + ease * Math.max(wishedRate - evenRate, 0));
}

function sumOfRates(intervalsMs: readonly number[]): number {
  return intervalsMs.reduce((sum, intervalMs) => sum + 1 / intervalMs, 0);
}
