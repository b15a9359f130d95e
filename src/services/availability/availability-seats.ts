import { createSingleFlight } from '../../cache/single-flight.js';
import type { CatalogSnapshot } from '../../cache/catalog-snapshot.types.js';
import type { Clock } from '../../clock.js';
import { seatsOf } from '../../datasources/availability.js';
import type { AvailabilityCalls } from '../../datasources/s360/client.types.js';
import type { Seat } from '../../domain/availability.js';
import type { Freshness } from '../../domain/freshness.js';
import { NotFoundError } from '../../errors.js';
import { staleReasonOf } from './availability-health.js';

export interface SeatReadings {
  /**
   * Single seats of one performance, of one category or (null) of all. S-360 is asked at most once in a contract
   * minute for the same performance; in between, and while it fails, the last answer serves. Throws NotFoundError
   * for a performance that is not in the catalog, and the upstream error when there is no last answer.
   */
  seats(performanceId: string, seatCategoryId: string | null): Promise<SeatAnswer>;
}

export interface SeatAnswer {
  readonly seats: readonly Seat[];
  readonly freshness: Freshness;
}

export interface SeatReadingsOptions {
  readonly calls: Pick<AvailabilityCalls, 'getSeatsAvailability'>;
  readonly catalog: { current(): CatalogSnapshot | null };
  readonly clock: Clock;
  readonly minuteMs: number;
}

interface KeptSeats {
  readonly seats: readonly Seat[];
  readonly askedAt: number;
  readonly observedAt: number;
}

/** A stadium's seats are some 10 MB: the performances of a busy minute, and no more. */
const KEPT_PERFORMANCES = 20;

export function createSeatReadings({ calls, catalog, clock, minuteMs }: SeatReadingsOptions): SeatReadings {
  /** Least recently asked first. */
  const kept = new Map<string, KeptSeats>();
  const flights = createSingleFlight<KeptSeats>();

  async function ask(performanceId: string): Promise<KeptSeats> {
    const snapshot = catalog.current();
    const performance = snapshot?.performance(performanceId);
    if (snapshot === null || performance === undefined) {
      throw new NotFoundError('the performance is not in the catalog');
    }
    const askedAt = clock.now();
    // All categories at once: another category in the same minute could not be asked any more.
    const wire = await calls.getSeatsAvailability(
      {
        pointOfSalesId: snapshot.pointOfSales.id,
        performanceId,
        seatCategoryIds: performance.seatCategoryIds,
      },
      { lane: 'orders' },
    );
    const answer = { seats: seatsOf(wire), askedAt, observedAt: clock.now() };
    kept.delete(performanceId);
    kept.set(performanceId, answer);
    const [oldest] = kept.keys();
    if (kept.size > KEPT_PERFORMANCES) kept.delete(oldest!);
    return answer;
  }

  function answerOf(
    { seats, observedAt, askedAt }: KeptSeats,
    seatCategoryId: string | null,
    freshness: Pick<Freshness, 'source' | 'staleReason'>,
  ): SeatAnswer {
    return {
      seats: seatCategoryId === null ? seats : seats.filter((seat) => seat.seatCategoryId === seatCategoryId),
      freshness: { observedAt, nextRefreshAt: askedAt + minuteMs, ...freshness },
    };
  }

  return {
    async seats(performanceId, seatCategoryId) {
      const last = kept.get(performanceId);
      if (last !== undefined && clock.now() - last.askedAt < minuteMs) {
        return answerOf(last, seatCategoryId, { source: 'CACHE', staleReason: null });
      }
      try {
        const fresh = await flights.run(performanceId, () => ask(performanceId));
        return answerOf(fresh, seatCategoryId, { source: 'LIVE', staleReason: null });
      } catch (error) {
        if (last === undefined || error instanceof NotFoundError) throw error;
        return answerOf(last, seatCategoryId, { source: 'STALE', staleReason: staleReasonOf(error) });
      }
    },
  };
}
