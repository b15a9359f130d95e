import type { CatalogSnapshot } from '../../cache/catalog-snapshot.types.js';
import type { ObservedAvailability, Seat } from '../../domain/availability.js';
import { oldestFreshness, type Freshness } from '../../domain/freshness.js';
import type { OrderLineInput } from '../../domain/order.js';
import type { AvailabilityAnswer, AvailabilityService, CatalogService } from '../institution.types.js';
import { loadedSnapshot } from '../catalog/loaded-catalog.js';
import { checkDraft, type DraftContext } from './order-draft.js';
import { itemOf } from './order-draft-catalog.js';
import type { OrderCheck, OrderDraft } from './orders.types.js';

/** One institution, as far as a draft is held against it. */
export interface DraftInstitution {
  readonly code: string;
  readonly catalog: Pick<CatalogService, 'current' | 'freshness'>;
  /** Without `seats`, chosen seats do not say their category themselves. */
  readonly availability: Pick<AvailabilityService, 'ofPerformances' | 'ofProducts'> &
    Partial<Pick<AvailabilityService, 'seats'>>;
  readonly pendingAccountCode: string | null;
}

/** What a draft is held against, with where it came from. */
export interface ObservedDraft {
  readonly context: DraftContext;
  /** Of the oldest color looked at; of the catalog when there is none. */
  readonly freshness: Freshness;
  readonly upstreamCalls: number;
}

/** Whether the order could be created at `now` (epoch ms), and what it would cost. See `observeDraft` for errors. */
export async function checkOrder(
  draft: OrderDraft,
  institution: DraftInstitution,
  now: number,
): Promise<OrderCheck> {
  const { context, freshness, upstreamCalls } = await observeDraft(draft, institution, now);
  const { totalMilli, refusals } = checkDraft(draft, context);
  return {
    isBookable: refusals.length === 0,
    totalMilli,
    currency: context.snapshot.pointOfSales.currency,
    problems: refusals,
    freshness,
    upstreamCalls,
  };
}

/**
 * The catalog and the colors of what a draft names: from the board, and from S-360 what the board lacks, in at most one
 * call for each method; a color that cannot be had is UNKNOWN. Seats are read only where they have to say their
 * category. Throws CatalogNotLoadedError, and for seats what AvailabilityService throws.
 */
export async function observeDraft(
  draft: OrderDraft,
  { code, catalog, availability, pendingAccountCode }: DraftInstitution,
  now: number,
): Promise<ObservedDraft> {
  const snapshot = loadedSnapshot({ code, catalog });
  const { lines } = draft.input;
  const [performances, products, seats] = await Promise.all([
    observed(performancesOf(lines, snapshot), (ids) => availability.ofPerformances(ids)),
    observed(productsOf(lines, snapshot), (ids) => availability.ofProducts(ids)),
    readSeats(lines, snapshot, availability),
  ]);
  const looked = [...performances.freshness, ...products.freshness, ...seats.freshness];
  return {
    context: {
      snapshot,
      now,
      colors: {
        performance: (id) => performances.byId.get(id),
        product: (id) => products.byId.get(id),
      },
      pendingAccountCode,
      seatOf: (performanceId, seatId) => seats.byId.get(performanceId)?.get(seatId),
    },
    freshness: looked.length === 0 ? catalog.freshness() : oldestFreshness(looked),
    upstreamCalls: callsOf(performances) + callsOf(products) + seats.freshness.filter(isLive).length,
  };
}

interface Observed {
  readonly byId: ReadonlyMap<string, ObservedAvailability>;
  readonly freshness: readonly Freshness[];
}

async function observed(
  ids: readonly string[],
  ask: (ids: readonly string[]) => Promise<readonly AvailabilityAnswer[]>,
): Promise<Observed> {
  const byId = new Map<string, ObservedAvailability>();
  if (ids.length === 0) return { byId, freshness: [] };
  const answers = await ask(ids);
  answers.forEach((answer, index) => {
    if (answer.observed !== null) byId.set(ids[index]!, answer.observed);
  });
  return { byId, freshness: answers.map(({ freshness }) => freshness) };
}

/** All ids of a kind are asked in one call. */
function callsOf({ freshness }: Observed): number {
  return freshness.some(isLive) ? 1 : 0;
}

function isLive({ source }: Freshness): boolean {
  return source === 'LIVE';
}

/** Each once; those that the catalog does not have are not asked about. */
function performancesOf(lines: readonly OrderLineInput[], snapshot: CatalogSnapshot): string[] {
  const ids = lines.flatMap(({ performanceId }) => performanceId ?? []);
  return [...new Set(ids)].filter((id) => snapshot.performance(id) !== undefined);
}

function productsOf(lines: readonly OrderLineInput[], snapshot: CatalogSnapshot): string[] {
  const ids = lines.flatMap(({ itemId }) =>
    itemId === null ? [] : (itemOf(snapshot, itemId)?.product.id ?? []),
  );
  return [...new Set(ids)];
}

/**
 * Chosen seats that have to say their category themselves, by performance, then seat: for `DraftContext.seatOf`. Of one
 * performance only, as S-360 has no call for several, and a draft could spend the minute's calls at once; of the
 * others the category has to be given. Throws what AvailabilityService throws.
 */
export async function readSeats(
  lines: readonly OrderLineInput[],
  snapshot: CatalogSnapshot,
  { seats: ask }: DraftInstitution['availability'],
): Promise<{
  readonly byId: ReadonlyMap<string, ReadonlyMap<string, Seat>>;
  readonly freshness: readonly Freshness[];
}> {
  const byId = new Map<string, ReadonlyMap<string, Seat>>();
  const freshness: Freshness[] = [];
  if (ask === undefined) return { byId, freshness };
  const unclear = lines.filter(
    ({ performanceId, seatIds, seatCategoryId }) =>
      seatIds.length > 0 &&
      seatCategoryId === null &&
      performanceId !== null &&
      (snapshot.performance(performanceId)?.seatCategoryIds.length ?? 0) > 1,
  );
  const [performanceId] = performancesOf(unclear, snapshot);
  if (performanceId === undefined) return { byId, freshness };
  const answer = await ask(performanceId, null);
  byId.set(performanceId, new Map(answer.seats.map((seat) => [seat.id, seat])));
  freshness.push(answer.freshness);
  return { byId, freshness };
}
