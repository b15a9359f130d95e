/** What ids are given to, with the two digits that keep the kinds apart. */
const KINDS = {
  season: 10,
  audienceCategory: 11,
  tariff: 12,
  priceLevel: 13,
  topic: 14,
  product: 20,
  performance: 21,
  seatCategory: 22,
  item: 23,
  timeslot: 24,
  theme: 25,
  link: 26,
  rateType: 27,
  configuration: 30,
  area: 31,
  block: 32,
  contingent: 33,
  site: 34,
  space: 35,
  seat: 40,
  vatCode: 50,
  verification: 51,
  criterion: 52,
  element: 53,
  pointOfSales: 60,
  paymentMethod: 61,
  charge: 62,
  salesChannel: 63,
  organization: 64,
} as const;

export type IdKind = keyof typeof KINDS;

/** Gives out ids of 14 digits, as S-360 has them: five for the institution, two for the kind, seven that count. */
export interface Ids {
  next(kind: IdKind): number;
  /** The first of `count` ids that follow each other. */
  reserve(kind: IdKind, count: number): number;
  /** An id that nothing has: what is left in real catalogs of things long deleted. */
  dangling(kind: IdKind): number;
}

const COUNTERS = 10_000_000;

/** `prefix` has five digits. The n-th id of a kind is always the same. */
export function createIds(prefix: number): Ids {
  const given = new Map<IdKind, number>();
  const idOf = (kind: IdKind, count: number): number => (prefix * 100 + KINDS[kind]) * COUNTERS + count;

  function reserve(kind: IdKind, count: number): number {
    const first = (given.get(kind) ?? 0) + 1;
    given.set(kind, first + count - 1);
    return idOf(kind, first);
  }

  return { reserve, next: (kind) => reserve(kind, 1), dangling: (kind) => idOf(kind, COUNTERS - 1) };
}
