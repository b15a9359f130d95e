import type { Lane } from './client.types.js';

/** The part of the minute's and of the month's calls up to which a call may be made, all lanes counted together. */
export interface CallShare {
  readonly minute: number;
  readonly month: number;
}

/** Who comes first may go furthest: polling stops early enough that it cannot starve a sale. */
const SHARES: Readonly<Record<Lane, CallShare>> = {
  orders: { minute: 1, month: 1 },
  contacts: { minute: 0.9, month: 1 },
  availability: { minute: 0.6, month: 0.8 },
  catalog: { minute: 0.5, month: 0.8 },
};
/** Seats go in the orders' lane, but whoever only looks at seats must leave calls for those who buy them. */
const SEATS_METHOD = 'getSeatsAvailability';
const SEATS_SHARE: CallShare = { minute: 0.7, month: 0.9 };

export const POLLING_SHARE_OF_MONTH = SHARES.availability.month;

export function shareOf(method: string, lane: Lane): CallShare {
  return method === SEATS_METHOD ? SEATS_SHARE : SHARES[lane];
}

/** The lanes that nobody waits for. */
export function isPolling(lane: Lane): boolean {
  return lane === 'availability' || lane === 'catalog';
}
