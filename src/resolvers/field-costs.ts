/** What is known of single fields, each named `Type.field`. */
export interface FieldCosts {
  /** Of fields that are more work than to read what is in memory, which weighs 1. */
  readonly weights: ReadonlyMap<string, number>;
  /** Of lists that are longer than is assumed of others, and have no argument for their size. */
  readonly listSizes: ReadonlyMap<string, number>;
  /** Lists of events that are as long as what they tell of, up to all there is: each element is limited instead. */
  readonly changeLists: ReadonlySet<string>;
}

/** In fields that are read from memory. A call to S-360 has its own budget; what it costs here is time of ours, and a point. */
const CALL = 1_000;
/** A question to the journal. */
const READ = 200;
/** Up to ten milliseconds; a page of orders may have 500. */
const PICTURE = 100;

/** What of the graph is more than to read from memory, and which of its lists are long. */
export const FIELD_COSTS: FieldCosts = {
  weights: new Map([
    ['Query.contact', CALL],
    ['Query.contacts', CALL],
    ['Query.checkOrder', CALL],
    ['Performance.seats', CALL],
    ['Query.availabilityHistory', READ],
    ['Query.order', READ],
    ['Query.orders', READ],
    ['Contact.orders', READ],
    ['Barcode.svg', PICTURE],
  ]),
  listSizes: new Map([
    // A hall; of one seat category, or of a performance that is nearly sold out, it is less.
    ['SeatList.seats', 1_000],
    ['Upstream.pollPlan', 100],
  ]),
  changeLists: new Set(['AvailabilityUpdate.changes', 'CatalogChange.products']),
};
