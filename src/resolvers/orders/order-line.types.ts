import { Int, ObjectType } from 'type-graphql';
import type { OrderLine } from '../../domain/order.js';
import type { Institution } from '../../services/institution.types.js';
import { performanceOf, PerformanceType, productOf, ProductType } from '../catalog/catalog.types.js';
import { ProductItemType } from '../catalog/item.types.js';
import { SeatCategoryType, seatCategoryOf } from '../catalog/seat-category.types.js';
import { TariffType } from '../catalog/tariff.types.js';
import { MoneyType } from '../money.types.js';
import { PlainField } from '../plain-field.js';
import type { CatalogOfOrder } from './catalog-of-order.js';

@ObjectType('OrderLine', {
  description:
    'What was ordered. A product or performance that has left the catalog is answered with what the order remembers of it, in the state UNKNOWN.',
  simpleResolvers: true,
})
export class OrderLineType {
  constructor(
    private readonly owner: Institution,
    private readonly catalog: CatalogOfOrder,
    private readonly record: OrderLine,
  ) {}

  @PlainField(() => PerformanceType, { nullable: true, description: 'Null for an item.' })
  get performance(): PerformanceType | null {
    const { performanceId } = this.record;
    return performanceId === null ? null : performanceOf(this.owner, this.catalog, performanceId);
  }

  @PlainField(() => ProductItemType, { nullable: true, description: 'Null for a performance.' })
  get item(): ProductItemType | null {
    const item = this.record.itemId === null ? undefined : this.catalog.item(this.record.itemId);
    return item === undefined ? null : new ProductItemType(this.catalog, item);
  }

  @PlainField(() => ProductType)
  get product(): ProductType {
    return productOf(this.owner, this.catalog, this.record.productId)!;
  }

  @PlainField(() => TariffType)
  get tariff(): TariffType {
    return tariffOfLine(this.catalog, this.record);
  }

  @PlainField(() => SeatCategoryType, { nullable: true })
  get seatCategory(): SeatCategoryType | null {
    const { seatCategoryId } = this.record;
    return seatCategoryId === null ? null : seatCategoryOf(this.catalog, seatCategoryId);
  }

  @PlainField(() => Int)
  get quantity(): number {
    return this.record.quantity;
  }

  @PlainField(() => MoneyType, { description: 'Of one place.' })
  get unitPrice(): MoneyType {
    return new MoneyType(this.record.unitMilli, this.catalog.pointOfSales.currency);
  }
}

/** A tariff that has left the catalog has the name it was sold under, and no code. */
export function tariffOfLine(catalog: CatalogOfOrder, { tariffId, names }: OrderLine): TariffType {
  const remembered = {
    id: tariffId,
    code: null,
    name: names.tariff,
    kind: 'UNKNOWN',
    requiredTariffIds: [],
  } as const;
  return new TariffType(catalog, catalog.tariff(tariffId) ?? remembered);
}
