import { Int, ObjectType } from 'type-graphql';
import { formatDecimal, minorUnits, type Currency } from '../domain/money.js';
import { PlainField } from './plain-field.js';
import { DecimalScalar } from './scalars.js';
import { Shareable } from './federation/directives.js';

@Shareable()
@ObjectType('Money', { description: 'An amount in one currency.', simpleResolvers: true })
export class MoneyType {
  readonly amountMilli: bigint;
  private readonly unit: Currency;

  constructor(amountMilli: bigint, currency: Currency) {
    this.amountMilli = amountMilli;
    this.unit = currency;
  }

  @PlainField(() => DecimalScalar, {
    description: 'In units of the currency, with the decimals it is shown with: "45.00", "4500" for yen.',
  })
  get amount(): string {
    return formatDecimal(this.amountMilli, this.unit.fractionDigits);
  }

  @PlainField(() => Int, { description: 'In cents, or whatever the smallest unit of the currency is.' })
  get minorUnits(): number {
    return Number(minorUnits(this.amountMilli, this.unit.fractionDigits));
  }

  @PlainField(() => String, { description: 'ISO 4217.' })
  get currency(): string {
    return this.unit.code;
  }
}

@Shareable()
@ObjectType('MoneyRange', {
  description: 'The lowest and the highest of several amounts.',
  simpleResolvers: true,
})
export class MoneyRangeType {
  @PlainField(() => MoneyType)
  readonly min: MoneyType;

  @PlainField(() => MoneyType)
  readonly max: MoneyType;

  constructor(min: MoneyType, max: MoneyType) {
    this.min = min;
    this.max = max;
  }
}
