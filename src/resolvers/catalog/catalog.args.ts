import { ArgsType, Field, ID, InputType } from 'type-graphql';
import type { AvailabilityColor } from '../../domain/availability.js';
import type { ProductKind } from '../../domain/catalog.js';
import type { SaleStatus } from '../../domain/sale-status.js';
import { AvailabilityColorEnum } from '../color.enum.js';
import { PageArgs } from '../connection.types.js';
import { DateTimeScalar } from '../scalars.js';
import { ProductKindEnum, ProductSortEnum, SaleStatusEnum, type ProductSort } from './catalog.enums.js';

/** Members are joined by "and"; the values of one member by "or". Null and absent mean the same: no condition. */
@InputType('ProductFilter', { description: 'All that is given must hold; of a list, one value is enough.' })
export class ProductFilter {
  @Field(() => [ID], { nullable: true, description: 'Codes of institutions.' })
  readonly institutions?: readonly string[] | null;

  @Field(() => [ID], { nullable: true, description: 'At most 500.' })
  readonly ids?: readonly string[] | null;

  @Field(() => [ProductKindEnum], { nullable: true })
  readonly kinds?: readonly ProductKind[] | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Words that the name has in any language, in whole or in part; case and accents do not count.',
  })
  readonly text?: string | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'With a performance, or a time slot, that starts at this moment or later.',
  })
  readonly startsFrom?: number | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'With a performance, or a time slot, that starts before this moment.',
  })
  readonly startsBefore?: number | null;

  @Field(() => [SaleStatusEnum], { nullable: true })
  readonly saleStatus?: readonly SaleStatus[] | null;

  @Field(() => [AvailabilityColorEnum], { nullable: true, description: 'By the color last seen.' })
  readonly colors?: readonly AvailabilityColor[] | null;
}

@InputType('PerformanceFilter', {
  description: 'All that is given must hold; of a list, one value is enough.',
})
export class PerformanceFilter {
  @Field(() => [ID], { nullable: true, description: 'Codes of institutions.' })
  readonly institutions?: readonly string[] | null;

  @Field(() => [ID], { nullable: true, description: 'At most 500.' })
  readonly ids?: readonly string[] | null;

  @Field(() => [ID], { nullable: true, description: 'At most 500.' })
  readonly productIds?: readonly string[] | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Starting at this moment or later.' })
  readonly startsFrom?: number | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Starting before this moment.' })
  readonly startsBefore?: number | null;

  @Field(() => [SaleStatusEnum], { nullable: true })
  readonly saleStatus?: readonly SaleStatus[] | null;

  @Field(() => [AvailabilityColorEnum], { nullable: true, description: 'By the color last seen.' })
  readonly colors?: readonly AvailabilityColor[] | null;
}

@ArgsType()
export class ProductsArgs extends PageArgs {
  @Field(() => ProductFilter, { nullable: true })
  readonly filter?: ProductFilter | null;

  @Field(() => ProductSortEnum, { defaultValue: ProductSortEnum.NEXT_PERFORMANCE })
  readonly sort!: ProductSort;
}

@ArgsType()
export class PerformancesArgs extends PageArgs {
  @Field(() => PerformanceFilter, { nullable: true })
  readonly filter?: PerformanceFilter | null;
}
