import { ArgsType, Args, Field, Int, ObjectType } from 'type-graphql';
import type { RequestContext } from '../../context.js';
import type { OrderRefusalFacts } from '../../domain/order.js';
import { checkPageSize } from '../arguments.js';
import { availabilityOfPerformance, availabilityOfProduct } from '../availability/availability-of.js';
import { AvailabilityType } from '../availability/availability.types.js';
import {
  performanceOf,
  PerformanceType,
  productOf,
  type ProductType,
  saleStatusOfPerformance,
} from '../catalog/catalog.types.js';
import type { LoadedInstitution } from '../catalog/loaded.js';
import { MoneyType } from '../money.types.js';
import { PlainField } from '../plain-field.js';
import { UserErrorType, type UserRefusal } from '../user-errors.types.js';

type FactsOf<Kind extends OrderRefusalFacts['kind']> = Extract<OrderRefusalFacts, { kind: Kind }>;

@ArgsType()
export class AlternativesArgs {
  @Field(() => Int, { defaultValue: 3, description: 'From 1 to 100.' })
  readonly first!: number;
}

@ObjectType('AvailabilityUserError', {
  implements: UserErrorType,
  description: 'What was asked for is not there, or not as much of it.',
  simpleResolvers: true,
})
export class AvailabilityUserErrorType extends UserErrorType {
  constructor(
    refusal: UserRefusal,
    private readonly facts: FactsOf<'availability'>,
    private readonly of: LoadedInstitution,
  ) {
    super(refusal);
  }

  @PlainField(() => AvailabilityType, {
    nullable: true,
    description: 'Of the performance, or of a product without performances, as S-360 last said it.',
  })
  async availability(_args: object, context: RequestContext): Promise<AvailabilityType | null> {
    const performance = this.performance();
    if (performance !== null) return availabilityOfPerformance(performance, context);
    const product = this.product();
    return product === null ? null : availabilityOfProduct(product, context);
  }

  @PlainField(() => [PerformanceType], {
    description:
      'Other performances of the same product that are on sale and, by the color last seen, have places left; the soonest first.',
  })
  alternatives(
    @Args(() => AlternativesArgs) args: AlternativesArgs,
    context: RequestContext,
  ): PerformanceType[] {
    const first = checkPageSize('first', args.first);
    const product = this.product();
    if (product === null) return [];
    const { institution, snapshot } = this.of;
    const { board } = institution.availability;
    const now = context.now();
    const found: PerformanceType[] = [];
    for (const performance of product.record.performances) {
      if (found.length === first) break;
      const color = board.performance(performance.id)?.color;
      if (performance.id === this.facts.performanceId || (color !== 'GREEN' && color !== 'ORANGE')) continue;
      if (saleStatusOfPerformance(institution, product.record, performance, now) !== 'ON_SALE') continue;
      found.push(new PerformanceType(institution, snapshot, performance));
    }
    return found;
  }

  private performance(): PerformanceType | null {
    const { performanceId } = this.facts;
    return performanceId === null
      ? null
      : performanceOf(this.of.institution, this.of.snapshot, performanceId);
  }

  private product(): ProductType | null {
    const { productId } = this.facts;
    if (productId === null) return this.performance()?.product ?? null;
    return productOf(this.of.institution, this.of.snapshot, productId);
  }
}

@ObjectType('PriceChangedUserError', {
  implements: UserErrorType,
  description: 'It costs something else than was expected: show `actual`, and send that.',
  simpleResolvers: true,
})
export class PriceChangedUserErrorType extends UserErrorType {
  @PlainField(() => MoneyType)
  readonly expected: MoneyType;

  @PlainField(() => MoneyType)
  readonly actual: MoneyType;

  constructor(refusal: UserRefusal, expected: MoneyType, actual: MoneyType) {
    super(refusal);
    this.expected = expected;
    this.actual = actual;
  }
}

@ObjectType('UpstreamUserError', {
  implements: UserErrorType,
  description: 'S-360 refused for a reason of its own.',
  simpleResolvers: true,
})
export class UpstreamUserErrorType extends UserErrorType {
  constructor(
    refusal: UserRefusal,
    private readonly facts: FactsOf<'upstream'>,
  ) {
    super(refusal);
  }

  @PlainField(() => String, { description: "S-360's own code, untouched." })
  get upstreamCode(): string {
    return this.facts.upstreamCode;
  }
}
