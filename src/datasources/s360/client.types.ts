import type { ErrorCode, UpstreamRateLimitedError } from '../../errors.js';
import type { ProductMove } from '../../domain/availability.js';
import type { AvailabilityEntryWire, SeatWire } from './wire/availability.js';

/** Who is served first when calls are short; polling (`availability`, `catalog`) can never starve a sale. */
export type Lane = 'orders' | 'contacts' | 'availability' | 'catalog';

export interface CallOptions {
  readonly lane: Lane;
  readonly signal?: AbortSignal;
}

/**
 * `AvailabilityService` of one institution. Each method takes its turn in the call budget first and throws
 * UpstreamRateLimitedError, with `retryAfterMs`, instead of waiting for it; any UpstreamError may follow.
 * `pointOfSalesId` is `PointOfSales.id`; ids are S-360's own; lists may be empty unless said.
 */
export interface AvailabilityCalls {
  /** `since` is epoch ms. Products without a change are left out; one product may come several times. */
  getUpdatedAvailabilities(
    args: { pointOfSalesId: string; productIds: readonly string[]; since: number },
    options: CallOptions,
  ): Promise<readonly ProductMove[]>;
  /** Split by every seat category (`[-1]`). Both lists must not be empty and belong together. */
  getEventAvailability(
    args: { pointOfSalesId: string; eventIds: readonly string[]; performanceIds: readonly string[] },
    options: CallOptions,
  ): Promise<readonly AvailabilityEntryWire[]>;
  getProductAvailability(
    args: { pointOfSalesId: string; productIds: readonly string[] },
    options: CallOptions,
  ): Promise<readonly AvailabilityEntryWire[]>;
  getPerformanceAvailability(
    args: { pointOfSalesId: string; performanceIds: readonly string[]; composedProductId?: string },
    options: CallOptions,
  ): Promise<readonly AvailabilityEntryWire[]>;
  /** At most once a minute for the same performance. */
  getSeatsAvailability(
    args: { pointOfSalesId: string; performanceId: string; seatCategoryIds: readonly string[] },
    options: CallOptions,
  ): Promise<readonly SeatWire[]>;
}

export type AvailabilityMethod = keyof AvailabilityCalls;

/** What is left of the contract's limits, for planning; asking costs nothing. */
export interface CallAllowance {
  /** Epoch ms from when `method` may be asked again; `now` or earlier: at once. `key` is the performance id for getSeatsAvailability. */
  nextCallAt(service: string, method: string, key?: string): number;
  /** The running month: how many calls polling may still make in it, keeping the reserve for orders and contacts. */
  pollingCallsLeft(): number;
  /** Epoch ms. */
  monthEndsAt(): number;
}

export interface BudgetUsage {
  readonly window: 'MINUTE' | 'MONTH' | 'MONTH_BYTES';
  /** Null: none, and counted all the same. */
  readonly limit: number | null;
  readonly used: number;
  /** Epoch ms. */
  readonly resetsAt: number;
  /** What `used` will be when the window ends, at the pace so far. */
  readonly forecast: number;
}

export interface MethodUsage {
  readonly service: string;
  readonly method: string;
  readonly calls: number;
  readonly errors: number;
  /** Epoch ms. */
  readonly lastCallAt: number | null;
}

/** One exchange with S-360, retries and repeated questions counted one by one. */
export interface EndedCall {
  readonly service: string;
  readonly method: string;
  readonly lane: Lane;
  /** `given_up`: whoever asked did not want the answer any more. */
  readonly outcome: 'success' | 'given_up' | ErrorCode;
  readonly ms: number;
  /** Both directions. */
  readonly bytes: number;
}

/** A call that was not made. */
export interface RefusedCall {
  readonly lane: Lane;
  readonly by: UpstreamRateLimitedError['refusedBy'];
}

/** Told what becomes of calls. */
export interface CallObserver {
  callEnded(call: EndedCall): void;
  callRefused(call: RefusedCall): void;
}

export interface DriftFinding {
  readonly service: string;
  /** Dotted path of the member, for example `catalogData.seasons.products.newMember`. */
  readonly path: string;
  /** `unknown-member`, `unknown-value`, `missing-member` or `wrong-type`. */
  readonly kind: string;
  readonly count: number;
  readonly firstSeenAt: number;
  /** Shortened; null where the value could be personal. */
  readonly sample: string | null;
}

export type CircuitState = 'CLOSED' | 'OPEN' | 'HALF_OPEN';

/** What operators see of one institution's S-360. */
export interface UpstreamReport {
  budgets(): readonly BudgetUsage[];
  calls(): readonly MethodUsage[];
  circuit(): CircuitState;
  drift(): readonly DriftFinding[];
}
