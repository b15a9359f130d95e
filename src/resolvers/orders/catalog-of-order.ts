import type { CatalogSnapshot } from '../../cache/catalog-snapshot.types.js';
import type {
  Performance,
  Product,
  ProductItem,
  Season,
  SeatCategory,
  Tariff,
  Topic,
  Venue,
} from '../../domain/catalog.js';
import type { PointOfSales } from '../../domain/institution.js';
import type { Currency } from '../../domain/money.js';
import type { Order, OrderLine } from '../../domain/order.js';
import { itemOf } from '../../services/orders/order-draft-catalog.js';
import type { Institution } from '../../services/institution.types.js';

/**
 * The catalog as an order sees it: that of now, and what the order itself remembers of records that have left it. It
 * serves without any catalog too: what became of an order must not wait for one.
 */
export class CatalogOfOrder implements CatalogSnapshot {
  readonly institution: string;
  readonly pointOfSales: PointOfSales;
  readonly #catalog: CatalogSnapshot | null;
  readonly #lines: readonly OrderLine[];

  constructor({ code, catalog }: Institution, { lines, currency }: Pick<Order, 'lines' | 'currency'>) {
    this.institution = code;
    this.#catalog = catalog.current();
    this.#lines = lines;
    this.pointOfSales = this.#catalog?.pointOfSales ?? unknownPointOfSales(currency);
  }

  get version(): string {
    return this.#catalog?.version ?? '0';
  }

  get setupUpdatedAt(): number | null {
    return this.#catalog?.setupUpdatedAt ?? null;
  }

  get observedAt(): number {
    return this.#catalog?.observedAt ?? 0;
  }

  get seasons(): readonly Season[] {
    return this.#catalog?.seasons ?? [];
  }

  get products(): readonly Product[] {
    return this.#catalog?.products ?? [];
  }

  get performances(): readonly Performance[] {
    return this.#catalog?.performances ?? [];
  }

  product(id: string): Product | undefined {
    return this.#catalog?.product(id) ?? this.#remembered((line) => line.productId === id, rememberedProduct);
  }

  performance(id: string): Performance | undefined {
    return (
      this.#catalog?.performance(id) ??
      this.#remembered((line) => line.performanceId === id, rememberedPerformance)
    );
  }

  item(id: string): ProductItem | undefined {
    const found = this.#catalog === null ? undefined : itemOf(this.#catalog, id);
    return found?.item ?? this.#remembered((line) => line.itemId === id, rememberedItem);
  }

  tariff(id: string): Tariff | undefined {
    return this.#catalog?.tariff(id);
  }

  seatCategory(id: string): SeatCategory | undefined {
    return (
      this.#catalog?.seatCategory(id) ??
      this.#remembered(
        (line) => line.seatCategoryId === id,
        ({ names }) => ({ id, code: null, name: names.seatCategory }),
      )
    );
  }

  season(id: string): Season | undefined {
    return this.#catalog?.season(id);
  }

  topic(id: string): Topic | undefined {
    return this.#catalog?.topic(id);
  }

  venue(id: string): Venue | undefined {
    return this.#catalog?.venue(id);
  }

  searchText(productId: string): string {
    return this.#catalog?.searchText(productId) ?? '';
  }

  #remembered<T>(isMeant: (line: OrderLine) => boolean, recordOf: (line: OrderLine) => T): T | undefined {
    const line = this.#lines.find(isMeant);
    return line === undefined ? undefined : recordOf(line);
  }
}

function rememberedProduct({ productId, names }: OrderLine): Product {
  return {
    id: productId,
    seasonId: '',
    code: names.productCode,
    kind: 'UNKNOWN',
    name: names.product,
    description: [],
    imageUrl: null,
    state: 'UNKNOWN',
    topicIds: [],
    performances: [],
    items: [],
    containedProductIds: [],
  };
}

function rememberedPerformance({ performanceId, productId, seatCategoryId, names }: OrderLine): Performance {
  const { startsAt, endsAt } = names;
  return {
    id: performanceId ?? '',
    productId,
    name: names.performance,
    startsAt: startsAt ?? 0,
    durationMinutes: startsAt === null || endsAt === null ? null : Math.round((endsAt - startsAt) / 60_000),
    venueId: null,
    state: 'UNKNOWN',
    seatCategoryIds: seatCategoryId === null ? [] : [seatCategoryId],
    prices: [],
  };
}

function rememberedItem({ itemId, names }: OrderLine): ProductItem {
  return { id: itemId ?? '', name: names.item, timeslots: [], prices: [] };
}

/** ISO 4217's word for no currency stands where nobody has said one yet. */
const NO_CURRENCY: Currency = { code: 'XXX', fractionDigits: 2 };

function unknownPointOfSales(currency: Currency | null): PointOfSales {
  return {
    id: '0',
    code: '',
    organizationName: [],
    timeZone: 'UTC',
    currency: currency ?? NO_CURRENCY,
    languages: [],
    maxSeatsPerPerformance: null,
    paymentMethods: [],
    contactCreationAllowed: false,
    contactAccessAllowed: false,
    contactRequiredKinds: [],
    isSelling: false,
  };
}
