import type { LiveColorBoard } from '../../cache/color-board.js';
import type { CatalogSnapshot } from '../../cache/catalog-snapshot.types.js';
import type { Clock } from '../../clock.js';
import { observedPerformances, observedProducts, type ColorOfLevel } from '../../datasources/availability.js';
import type { ComposedReadings } from '../../datasources/availability-composed.js';
import type {
  AvailabilityCalls,
  AvailabilityMethod,
  CallOptions,
} from '../../datasources/s360/client.types.js';
import type { ObservedAvailability } from '../../domain/availability.js';
import { UpstreamFaultError } from '../../errors.js';
import type { MethodHealth } from './availability-health.js';

/** What one round asks: at most one call for each method. Ids are S-360's own. */
export interface RoundQuestion {
  readonly performances: readonly { readonly productId: string; readonly performanceId: string }[];
  /** Products without performances, season tickets among them. */
  readonly productIds: readonly string[];
  /** The one season ticket or package whose inside is asked for. */
  readonly composedProductId: string | null;
}

export interface RoundAnswer {
  readonly observations: readonly ObservedAvailability[];
  /** What was asked and not answered, by method. */
  readonly failures: ReadonlyMap<AvailabilityMethod, unknown>;
}

export interface RoundOptions {
  readonly calls: AvailabilityCalls;
  readonly colorOfLevel: ColorOfLevel;
  readonly board: LiveColorBoard;
  readonly health: MethodHealth;
  readonly composed: ComposedReadings;
  readonly clock: Clock;
  /** The longest list of performances that one call carries. */
  readonly batchSize: number;
}

/** Asks S-360 the question, all methods at the same time. A failure of one method leaves the answers of the others. */
export async function askRound(
  { calls, colorOfLevel, board, health, composed, clock, batchSize }: RoundOptions,
  snapshot: CatalogSnapshot,
  question: RoundQuestion,
  signal: AbortSignal,
): Promise<RoundAnswer> {
  const { performances, productIds, composedProductId } = question;
  const pointOfSalesId = snapshot.pointOfSales.id;
  const failures = new Map<AvailabilityMethod, unknown>();
  const options: CallOptions = { lane: 'availability', signal };
  const observing = (): { colorOfLevel: ColorOfLevel; observedAt: number } => ({
    colorOfLevel,
    observedAt: clock.now(),
  });

  /** Null when there is nothing to ask, or the call failed. */
  async function ask<Entry>(
    method: AvailabilityMethod,
    ids: readonly string[],
    call: () => Promise<readonly Entry[]>,
  ): Promise<readonly Entry[] | null> {
    if (ids.length === 0) return null;
    try {
      const entries = await call();
      health.succeeded(method);
      return entries;
    } catch (error) {
      health.failed(method, error, clock.now());
      failures.set(method, error);
      return null;
    }
  }

  async function events(): Promise<ObservedAvailability[]> {
    const performanceIds = performances.map(({ performanceId }) => performanceId);
    const eventIds = [...new Set(performances.map(({ productId }) => productId))];
    const entries = await ask('getEventAvailability', performanceIds, () =>
      calls.getEventAvailability({ pointOfSalesId, eventIds, performanceIds }, options),
    );
    return entries === null ? [] : observedPerformances(performances, entries, observing());
  }

  async function products(): Promise<ObservedAvailability[]> {
    const entries = await ask('getProductAvailability', productIds, () =>
      calls.getProductAvailability({ pointOfSalesId, productIds }, options),
    );
    return entries === null ? [] : observedProducts(productIds, entries, observing());
  }

  async function inside(): Promise<void> {
    const product = composedProductId === null ? undefined : snapshot.product(composedProductId);
    if (product === undefined) return;
    const asked = insideOf(snapshot, product.containedProductIds, clock.now()).slice(0, batchSize);
    if (asked.length === 0) return composed.noteInside(product.id, []);
    const performanceIds = asked.map(({ performanceId }) => performanceId);
    const entries = await ask('getPerformanceAvailability', performanceIds, () =>
      calls.getPerformanceAvailability(
        { pointOfSalesId, performanceIds, composedProductId: product.id },
        options,
      ),
    );
    if (entries !== null) {
      composed.noteInside(product.id, observedPerformances(asked, entries, observing()));
    } else if (
      failures.get('getPerformanceAvailability') instanceof UpstreamFaultError &&
      !composed.hasInside(product.id)
    ) {
      // S-360 refuses to tell for this one: its own quota has to do, or it might never have a color.
      composed.noteInside(product.id, []);
    }
  }

  const [ofEvents, ofProducts] = await Promise.all([events(), products(), inside()]);
  return {
    observations: [...ofEvents, ...composed.combine(ofProducts, snapshot, board)],
    failures,
  };
}

/** Performances inside a season ticket that are still to come: the past cannot make it sold out. */
function insideOf(
  snapshot: CatalogSnapshot,
  containedProductIds: readonly string[],
  now: number,
): { productId: string; performanceId: string }[] {
  return containedProductIds
    .flatMap((id) => snapshot.product(id)?.performances ?? [])
    .filter(({ startsAt }) => startsAt > now)
    .map(({ id, productId }) => ({ productId, performanceId: id }));
}
