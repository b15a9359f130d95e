import type { CatalogSnapshot } from '../../cache/catalog-snapshot.types.js';
import type { Seat } from '../../domain/availability.js';
import type { Price, ProductKind } from '../../domain/catalog.js';
import { formatGlobalId } from '../../domain/ids.js';
import { formatDecimal } from '../../domain/money.js';
import type { OrderLine, OrderLineInput } from '../../domain/order.js';
import {
  performanceSaleStatus,
  productSaleStatus,
  type Colors,
  type SaleStatus,
} from '../../domain/sale-status.js';
import { itemOf, namesOf, priceOf, type LineTarget } from './order-draft-catalog.js';
import type { InputPath, RefusalList } from './order-refusals.js';

/** A line of a draft that the catalog knows. */
export interface CatalogLine {
  readonly path: InputPath;
  readonly input: OrderLineInput;
  readonly target: LineTarget;
  /** Of the performance; null for an item, and when it cannot be told. */
  readonly seatCategoryId: string | null;
  readonly price: Price | null;
  /** Null without a price. */
  readonly line: OrderLine | null;
  /** Nothing said so far is in the way of a sale. */
  readonly isSellable: boolean;
}

export interface LineContext {
  readonly snapshot: CatalogSnapshot;
  readonly now: number;
  readonly seatOf?: (performanceId: string, seatId: string) => Seat | undefined;
}

/** Null when the catalog does not have what the line is for; what is refused is added to `refusals`. */
export function readLine(
  input: OrderLineInput,
  index: number,
  context: LineContext,
  refusals: RefusalList,
): CatalogLine | null {
  return new LineReader(input, ['lines', `${index}`], context, refusals).read();
}

/** Colors are looked at later, with what other lines want of the same. */
const NO_COLORS: Colors = { ofPerformance: () => 'UNKNOWN', ofProduct: () => 'UNKNOWN' };

/** S-360 takes these with everything inside in one call, which a line has no words for. */
const COMPOSED: ReadonlySet<ProductKind> = new Set(['SEASON_TICKET', 'PACKAGE', 'HOSPITALITY']);

const WHY_NOT: Readonly<Record<Exclude<SaleStatus, 'ON_SALE'>, string>> = {
  SOON_ON_SALE: 'is not on sale yet',
  TEMPORARILY_UNAVAILABLE: 'is not on sale at the moment',
  SALES_ENDED: 'is not on sale any more',
  CANCELED: 'is canceled',
  UNKNOWN: 'is not on sale',
};

class LineReader {
  #isSellable = true;

  constructor(
    private readonly input: OrderLineInput,
    private readonly path: InputPath,
    private readonly context: LineContext,
    private readonly refusals: RefusalList,
  ) {}

  read(): CatalogLine | null {
    const target = this.#target();
    if (target === null) return null;
    this.#checkOnSale(target);
    const seatCategoryId = target.kind === 'performance' ? this.#seatCategory(target) : null;
    const isCategoryKnown = target.kind === 'item' || seatCategoryId !== null;
    const price = isCategoryKnown ? this.#price(target, seatCategoryId) : null;
    const line = price === null ? null : this.#line(target, seatCategoryId, price);
    const { path, input } = this;
    return { path, input, target, seatCategoryId, price, line, isSellable: this.#isSellable };
  }

  #target(): LineTarget | null {
    const { snapshot } = this.context;
    const { performanceId, itemId, timeslotId } = this.input;
    if (performanceId !== null) {
      const performance = snapshot.performance(performanceId);
      const product = performance && snapshot.product(performance.productId);
      if (product) return { kind: 'performance', product, performance };
      return this.#unknown('performanceId', performanceId);
    }
    const found = itemId === null ? undefined : itemOf(snapshot, itemId);
    if (found === undefined) return this.#unknown('itemId', itemId ?? '');
    if (timeslotId === null) {
      if (found.item.timeslots.length === 0) return { kind: 'item', ...found, timeslot: null };
      this.#refuse('INVALID_INPUT', 'timeslotId', 'must be given, as the item has time slots');
      return null;
    }
    const timeslot = found.item.timeslots.find(({ id }) => id === timeslotId);
    return timeslot ? { kind: 'item', ...found, timeslot } : this.#unknown('timeslotId', timeslotId);
  }

  #checkOnSale(target: LineTarget): void {
    const member = target.kind === 'performance' ? 'performanceId' : 'itemId';
    if (COMPOSED.has(target.product.kind)) {
      const what = `is part of a product of the kind ${target.product.kind}, which cannot be ordered here`;
      this.#refuse('NOT_ON_SALE', member, what);
      return;
    }
    const status = statusOf(target, this.context.now);
    if (status !== 'ON_SALE') this.#refuse('NOT_ON_SALE', member, WHY_NOT[status]);
  }

  /** The category given, or that of the chosen seats; null, and refused, when there is none. */
  #seatCategory({ performance }: Extract<LineTarget, { kind: 'performance' }>): string | null {
    const { seatCategoryId, seatIds } = this.input;
    const { seatOf } = this.context;
    const seats = seatIds.map((id) => seatOf?.(performance.id, id));
    const taken = seats.findIndex((seat) => seat?.isAvailable === false);
    if (taken !== -1) {
      const facts = { kind: 'availability', performanceId: performance.id, productId: null } as const;
      this.#isSellable = false;
      this.refusals.add('SOLD_OUT', [...this.path, 'seatIds', `${taken}`], 'The seat is taken', facts);
    }
    const ofSeats = new Set(seats.flatMap((seat) => seat?.seatCategoryId ?? []));
    if (seatCategoryId === null) return this.#categoryOfSeats(performance.seatCategoryIds, ofSeats);
    if (!performance.seatCategoryIds.includes(seatCategoryId)) {
      this.#unknown('seatCategoryId', seatCategoryId);
      return null;
    }
    if ([...ofSeats].some((id) => id !== seatCategoryId)) {
      this.#refuse('INVALID_INPUT', 'seatIds', 'must be seats of `seatCategoryId`');
    }
    return seatCategoryId;
  }

  #categoryOfSeats(ofPerformance: readonly string[], ofSeats: ReadonlySet<string>): string | null {
    if (ofSeats.size > 1) {
      this.#refuse('INVALID_INPUT', 'seatIds', 'must be seats of one category in a line');
      return null;
    }
    const [only] = ofSeats.size === 1 ? ofSeats : ofPerformance.length === 1 ? ofPerformance : [];
    if (only !== undefined) return only;
    this.#refuse(
      'INVALID_INPUT',
      'seatCategoryId',
      'must be given, as the category of the seats is not known',
    );
    return null;
  }

  #price(target: LineTarget, seatCategoryId: string | null): Price | null {
    const { tariffId } = this.input;
    const { snapshot, now } = this.context;
    const prices = target.kind === 'performance' ? target.performance.prices : target.item.prices;
    const found = priceOf(prices, { tariffId, seatCategoryId }, now);
    if (found.kind === 'none') {
      if (snapshot.tariff(tariffId) === undefined) this.#unknown('tariffId', tariffId);
      else this.#refuse('TARIFF_NOT_ALLOWED', 'tariffId', 'is not sold here');
      return null;
    }
    // What is not on sale at all has been refused as such.
    if (found.kind === 'closed' && this.#isSellable) {
      this.#refuse('TARIFF_NOT_ALLOWED', 'tariffId', 'is not on sale at the moment');
    }
    this.#checkExpectedPrice(found.price);
    return found.price;
  }

  #checkExpectedPrice({ amountMilli }: Price): void {
    const { expectedUnitMilli } = this.input;
    if (expectedUnitMilli === null || expectedUnitMilli === amountMilli) return;
    const { fractionDigits } = this.context.snapshot.pointOfSales.currency;
    const [expected, actual] = [expectedUnitMilli, amountMilli].map((milli) =>
      formatDecimal(milli, fractionDigits),
    );
    this.refusals.add(
      'PRICE_CHANGED',
      [...this.path, 'expectedUnitPrice'],
      `The price is ${actual}, not ${expected}`,
      { kind: 'price', expectedMilli: expectedUnitMilli, actualMilli: amountMilli },
    );
  }

  #line(target: LineTarget, seatCategoryId: string | null, price: Price): OrderLine {
    const { performanceId, itemId, timeslotId, tariffId, seatIds, quantity } = this.input;
    return {
      operationId: null,
      productId: target.product.id,
      performanceId,
      itemId,
      timeslotId,
      tariffId,
      seatCategoryId,
      seatIds,
      quantity,
      unitMilli: price.amountMilli,
      names: namesOf(this.context.snapshot, target, { tariffId, seatCategoryId }),
    };
  }

  #unknown(member: string, s360Id: string): null {
    const id = formatGlobalId(this.context.snapshot.institution, s360Id);
    return this.#refuse('NOT_FOUND', member, `is not in the catalog: ${id}`);
  }

  #refuse(
    code: 'NOT_FOUND' | 'NOT_ON_SALE' | 'INVALID_INPUT' | 'TARIFF_NOT_ALLOWED',
    member: string,
    what: string,
  ): null {
    this.#isSellable = false;
    const path = [...this.path, member];
    this.refusals.add(code, path, `\`${path.join('.')}\` ${what}`);
    return null;
  }
}

function statusOf(target: LineTarget, now: number): SaleStatus {
  const { product } = target;
  if (target.kind === 'performance')
    return performanceSaleStatus(product, target.performance, NO_COLORS, now);
  const timeslots = target.timeslot === null ? [] : [target.timeslot];
  const items = [{ ...target.item, timeslots }];
  // An item is on sale as a product would be that had nothing else.
  return productSaleStatus({ ...product, performances: [], items }, NO_COLORS, now);
}
