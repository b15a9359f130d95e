import type { Logger } from 'pino';
import type { Clock } from '../../clock.js';
import type { OrderCalls } from '../../datasources/s360/order-calls.types.js';
import type { OrderJournal } from '../../journal/order-journal.types.js';
import type { OrderMessages } from './order-exchange.js';
import type { AvailabilityService, CatalogService } from '../institution.types.js';

/** One institution, as far as its orders need it. */
export interface OrderInstitution {
  readonly code: string;
  readonly orderCalls: OrderCalls;
  readonly catalog: CatalogService;
  readonly availability: Pick<
    AvailabilityService,
    'board' | 'ofPerformances' | 'ofProducts' | 'expectMoves'
  > &
    Partial<Pick<AvailabilityService, 'seats'>>;
  readonly pendingAccountCode: string | null;
  /** S-360's clock: holds end by it. */
  readonly upstreamClock: UpstreamTime;
}

export interface UpstreamTime {
  /** Epoch ms. */
  now(): number;
}

/** What all order parts share. */
export interface OrderParts {
  readonly journal: OrderJournal;
  /** By code. */
  readonly institutions: ReadonlyMap<string, OrderInstitution>;
  readonly clock: Clock;
  readonly timing: OrderTiming;
  /** How replicas tell each other of new versions, where there are several. */
  readonly messages?: OrderMessages;
  readonly log: Logger;
}

/** All in milliseconds. */
export interface OrderTiming {
  /** Length of the contract's minute, by which waiting scales. */
  readonly minuteMs: number;
  /** The longest that one write to S-360 may take us. */
  readonly callMs: number;
  /** The longest that one read may take us. */
  readonly readMs: number;
  /**
   * How long S-360 may still be at work on a call whose answer was lost: "there is no such order" counts only when it
   * was asked later than this. Longer than `callMs`.
   */
  readonly quarantineMs: number;
}

/** Between the journal's word that a call goes out and its first byte: later it is not sent. */
export const SEND_WITHIN_MS = 2_000;
