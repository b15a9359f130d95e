import { isComposedOnSale, isItemOnSale, isPerformanceRunning, isPriceOpen, itemsOf } from '../sale-rules.js';
import type { Item, Price, Product } from '../model.js';
import { OrderRefusal } from './order-codes.js';
import type {
  ChargeLineInput,
  ComposedLineInput,
  ItemLineInput,
  LineInput,
  SeatsLineInput,
} from './order-input.types.js';
import type { OrderOffice } from './order-office.js';
import type { OrderOperation, Sold } from './order.types.js';

/** A line that may be sold as far as the catalog says; whether there are places is not known yet. */
export interface PlannedLine {
  readonly kind: OrderOperation['kind'];
  readonly sold: Sold;
  readonly tariffId: number | null;
  readonly quantity: number;
  readonly unitPrice: number;
  readonly areaIds: readonly number[];
  /** Of the price; for those who buy too few or too many. */
  readonly minQuantity: number;
  readonly maxQuantity: number;
  /** Of a composed product. */
  readonly parts: readonly PlannedLine[];
}

/** The composed product that a line is a part of. */
interface Whole {
  readonly product: Product;
  /** The parts cost nothing when the whole has a price. */
  readonly hasPrice: boolean;
}

/** Throws OrderRefusal for what is not there, not on sale or not sold so. */
export function planLine(office: OrderOffice, input: LineInput): PlannedLine {
  switch (input.kind) {
    case 'seats':
      return planSeats(office, input);
    case 'item':
      return planItem(office, input);
    case 'composed':
      return planComposed(office, input);
    case 'charge':
      return planCharge(office, input);
  }
}

function planSeats(office: OrderOffice, input: SeatsLineInput, whole?: Whole): PlannedLine {
  const { performanceId, seatCategoryId, tariffId, quantity } = input;
  const found = office.catalog.performance(performanceId) ?? unknown(`performance ${performanceId}`);
  const { season, product, performance } = found;
  if (!performance.seatCategories.some(({ id }) => id === seatCategoryId)) {
    unknown(`seat category ${seatCategoryId} of performance ${performanceId}`);
  }
  checkTariff(office, tariffId);
  if (whole && !linesOf(whole.product).includes(product.id)) {
    unknown(`product ${product.id} in product ${whole.product.id}`);
  }
  const nowMs = office.clock.now();
  if (!isPerformanceRunning(season, product, performance, nowMs)) {
    notOnSale(`performance ${performanceId} is not on sale`);
  }
  const price = performance.prices.find(
    ({ audSubCatId, seatCatId }) =>
      audSubCatId === tariffId && (seatCatId === undefined || seatCatId === seatCategoryId),
  );
  const isFree = whole?.hasPrice === true;
  if (!isFree) {
    if (!price) unknown(`price of tariff ${tariffId} for performance ${performanceId}`);
    if (!whole && !isPriceOpen(price, nowMs)) notOnSale(`tariff ${tariffId} is not on sale`);
  }
  return {
    kind: product.productFamilyType,
    sold: {
      kind: 'performance',
      season,
      product,
      performance,
      seatCategoryId,
      composedProductId: whole?.product.id,
    },
    tariffId,
    ...priced(isFree ? undefined : price, quantity),
    areaIds: input.areaIds,
    parts: [],
  };
}

function planItem(office: OrderOffice, input: ItemLineInput, whole?: Whole): PlannedLine {
  const { itemId, tariffId, quantity, timeslotId } = input;
  const { season, product, item } = office.catalog.item(itemId) ?? unknown(`item ${itemId}`);
  const family = product.productFamilyType;
  if (!whole && COMPOSED.has(family)) unknown(`item ${itemId} outside its composed product`);
  if (input.list === 'transport' && family !== 'TRANSPORT') unknown(`transport item ${itemId}`);
  if (whole && whole.product.id !== product.id && !linesOf(whole.product).includes(product.id)) {
    unknown(`product ${product.id} in product ${whole.product.id}`);
  }
  checkTariff(office, tariffId);
  const timeslot = product.pass?.timeslots.find(({ id }) => id === timeslotId) ?? null;
  if (timeslotId === undefined && item.timeslotIds.length > 0) {
    throw new OrderRefusal('missing', `missing: timeSlotId, item ${itemId} is sold by the slot`);
  }
  if (timeslotId !== undefined && (!timeslot || !item.timeslotIds.includes(timeslotId))) {
    unknown(`time slot ${timeslotId} of item ${itemId}`);
  }
  const nowMs = office.clock.now();
  const price = item.itemPrices.find(({ audSubCatId }) => audSubCatId === tariffId);
  if (!price) unknown(`price of tariff ${tariffId} for item ${itemId}`);
  if (!isItemOnSale(season, product, item, timeslot, office.venueTime, nowMs) || !isPriceOpen(price, nowMs)) {
    notOnSale(`item ${itemId} is not on sale at tariff ${tariffId}`);
  }
  return {
    kind: family,
    sold: { kind: 'item', season, product, item, timeslot },
    tariffId,
    ...priced(price, quantity),
    areaIds: [],
    parts: [],
  };
}

/**
 * The stand-in of ours for season tickets, packages and hospitality: with items of its own one of them is sold, and
 * the rest of the composition costs nothing; without, it costs what its parts cost.
 */
function planComposed(office: OrderOffice, input: ComposedLineInput): PlannedLine {
  const { productId, tariffId, quantity } = input;
  const found = office.catalog.product(productId);
  if (!found || !COMPOSED.has(found.product.productFamilyType)) unknown(`composed product ${productId}`);
  const { season, product } = found;
  checkTariff(office, tariffId);
  if (!isComposedOnSale(season, product, office.clock.now())) {
    notOnSale(`product ${productId} is not on sale`);
  }
  const card = cardOf(product, input);
  const whole = { product, hasPrice: card !== undefined };
  const rest = input.parts.filter((part) => part.kind === 'seats' || part.itemId !== card?.itemId);
  if (rest.length === 0 && linesOf(product).length > 0) {
    throw new OrderRefusal('missing', 'missing: composedProductOperations.compositions');
  }
  const parts = rest.map((part) =>
    part.kind === 'seats' ? planSeats(office, part, whole) : planItem(office, part, whole),
  );
  if (card) {
    const { itemId } = card;
    const line: ItemLineInput = {
      kind: 'item',
      itemId,
      tariffId,
      quantity,
      timeslotId: undefined,
      list: 'simple',
    };
    return { ...planItem(office, line, whole), parts };
  }
  return {
    kind: product.productFamilyType,
    sold: { kind: 'composed', season, product },
    tariffId,
    ...priced(undefined, quantity),
    areaIds: [],
    parts,
  };
}

/** The product's own item that the composition names, or the first one with a price of that tariff. */
function cardOf(product: Product, { parts, tariffId }: ComposedLineInput): Item | undefined {
  const items = itemsOf(product);
  const named = new Set(parts.flatMap((part) => (part.kind === 'item' ? [part.itemId] : [])));
  return (
    items.find(({ itemId }) => named.has(itemId)) ??
    items.find(({ itemPrices }) => itemPrices.some(({ audSubCatId }) => audSubCatId === tariffId)) ??
    items[0]
  );
}

function planCharge({ world }: OrderOffice, { chargeId, amount }: ChargeLineInput): PlannedLine {
  const { charges } = world.posConfig;
  const charge = Array.isArray(charges)
    ? (charges as { id: number; code: string }[]).find(({ id }) => id === chargeId)
    : undefined;
  if (!charge) return unknown(`charge ${chargeId}`);
  if (amount < 0) throw new OrderRefusal('invalid', `amount of a charge must be >= 0, got ${amount}`);
  return {
    kind: 'CHARGE',
    sold: { kind: 'charge', chargeId, code: charge.code },
    tariffId: null,
    ...priced(undefined, 1),
    unitPrice: amount,
    areaIds: [],
    parts: [],
  };
}

const COMPOSED: ReadonlySet<string> = new Set(['SEASONTICKET', 'PACKAGE', 'HOSPITALITY']);

function linesOf({ seasonTicket, package: packaged }: Product): number[] {
  return (seasonTicket ?? packaged)?.lines.map(({ product }) => product.id) ?? [];
}

type Priced = Pick<PlannedLine, 'quantity' | 'unitPrice' | 'minQuantity' | 'maxQuantity'>;

function priced(price: Pick<Price, 'amount' | 'minQty' | 'maxQty'> | undefined, quantity: number): Priced {
  return {
    quantity,
    unitPrice: price?.amount ?? 0,
    minQuantity: price?.minQty ?? 1,
    maxQuantity: price?.maxQty ?? Number.MAX_SAFE_INTEGER,
  };
}

function checkTariff({ catalog }: OrderOffice, tariffId: number): void {
  if (!catalog.tariff(tariffId)) unknown(`tariff ${tariffId}`);
}

function unknown(what: string): never {
  throw new OrderRefusal('unknownReference', `there is no ${what}`);
}

function notOnSale(detail: string): never {
  throw new OrderRefusal('notOnSale', detail);
}
