/** What ids are given to; the first digit keeps the kinds apart. */
const KINDS = {
  file: 1,
  order: 2,
  operation: 3,
  movement: 4,
  ticket: 5,
  payment: 6,
  attachment: 7,
} as const;

export type OrderIdKind = keyof typeof KINDS;

export interface OrderIds {
  next(kind: OrderIdKind): number;
}

const KIND = 10_000_000_000_000;
const SECONDS = 100_000_000;
const IDS_A_SECOND = 100_000;

/**
 * Ids of 14 digits: the kind, the second at which the sandbox started, a count. A sandbox that starts again forgot its
 * orders, but who remembers them must not meet their ids once more.
 */
export function createOrderIds(startMs: number): OrderIds {
  const first = (Math.floor(startMs / 1000) % SECONDS) * IDS_A_SECOND;
  const given = new Map<OrderIdKind, number>();
  return {
    next(kind) {
      const count = (given.get(kind) ?? 0) + 1;
      given.set(kind, count);
      return KINDS[kind] * KIND + first + count;
    },
  };
}
