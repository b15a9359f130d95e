/** AvailabilityService v1_33 as it arrives after decoding: every scalar is its text, except booleans. Shapes of entries are our guess. */
export interface AvailabilityEntryWire {
  readonly eventId?: string;
  readonly performanceId?: string;
  readonly productId?: string;
  readonly itemId?: string;
  readonly timeslotId?: string;
  readonly seatCategoryId?: string;
  readonly contingentId?: string;
  readonly availabilityLevel?: string;
  readonly quantity?: string;
  readonly quota?: string;
}

export interface SeatWire {
  readonly physicalSeatId?: string;
  readonly areaId?: string;
  readonly blockId?: string;
  readonly row?: string;
  readonly number?: string;
  readonly seatCategoryId?: string;
  readonly contingentId?: string;
  readonly available?: boolean;
}
