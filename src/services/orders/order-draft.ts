import { createHash } from 'node:crypto';
import type { CatalogSnapshot } from '../../cache/catalog-snapshot.types.js';
import type { ColorBoard } from '../../cache/color-board.types.js';
import type { Seat } from '../../domain/availability.js';
import type { PaymentMethod, PointOfSales } from '../../domain/institution.js';
import type { Order, OrderLine, OrderRefusal } from '../../domain/order.js';
import { readLine } from './order-draft-lines.js';
import {
  checkContact,
  checkPlacesLeft,
  checkQuantities,
  checkRequiredTariffs,
  pendingAccountOf,
} from './order-draft-rules.js';
import { RefusalList } from './order-refusals.js';
import type { OrderDraft } from './orders.types.js';

export { readAddition, readDraft, type BasketInput, type BasketLineInput } from './order-draft-input.js';

export { pendingAccountOf };

/** What a draft is held against: one institution at one moment. */
export interface DraftContext {
  readonly snapshot: CatalogSnapshot;
  /** Epoch ms. */
  readonly now: number;
  /** The last observations; one that is not there, or UNKNOWN, refuses nothing. */
  readonly colors: Pick<ColorBoard, 'performance' | 'product'>;
  readonly pendingAccountCode: string | null;
  /** The order that the draft is added to: its lines count for the limits, and have the tariffs that others need. */
  readonly held?: Pick<Order, 'lines' | 'contactNumber'>;
  /** A seat as S-360 last listed it; undefined when it is not known, which refuses nothing by itself. */
  readonly seatOf?: (performanceId: string, seatId: string) => Seat | undefined;
}

export interface CheckedDraft {
  /** In the order of the input, without those that have no price; complete when nothing is refused. */
  readonly lines: readonly OrderLine[];
  /** What the lines of the draft cost; null when one has no price. */
  readonly totalMilli: bigint | null;
  readonly refusals: readonly OrderRefusal[];
  /** What the order would be closed on; its lack is no fault of the buyer, and no refusal. */
  readonly pendingAccount: PaymentMethod | null;
}

/**
 * Holds a draft against the catalog, the colors and the rules of the point of sales: everything that speaks against
 * it, and its lines with the prices of this moment. Pure; S-360 has the last word.
 */
export function checkDraft({ input }: OrderDraft, context: DraftContext): CheckedDraft {
  const { snapshot, pendingAccountCode } = context;
  const refusals = new RefusalList();
  checkIsSelling(snapshot.pointOfSales, refusals);
  const lines = input.lines.flatMap((line, index) => readLine(line, index, context, refusals) ?? []);
  const sellable = lines.filter(({ isSellable }) => isSellable);
  checkQuantities(sellable, context, refusals);
  checkRequiredTariffs(sellable, input.lines, context, refusals);
  checkPlacesLeft(sellable, context, refusals);
  checkContact(sellable, input.contactNumber, context, refusals);
  const priced = lines.flatMap(({ line }) => line ?? []);
  return {
    lines: priced,
    totalMilli: priced.length === input.lines.length ? totalOf(priced) : null,
    refusals: refusals.all,
    pendingAccount: pendingAccountOf(snapshot.pointOfSales, pendingAccountCode),
  };
}

/** SHA-256 (hex) of institution and input: equal for equal ones, in whatever order members were written. Lines keep theirs. */
export function fingerprintOf({ institution, input }: OrderDraft): string {
  return createHash('sha256').update(canonical({ institution, input })).digest('hex');
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part === 'bigint') return part.toString();
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

function checkIsSelling({ isSelling }: PointOfSales, refusals: RefusalList): void {
  if (!isSelling) refusals.add('NOT_ON_SALE', null, 'The point of sales does not sell at the moment');
}

function totalOf(lines: readonly OrderLine[]): bigint {
  return lines.reduce((sum, { unitMilli, quantity }) => sum + unitMilli * BigInt(quantity), 0n);
}
