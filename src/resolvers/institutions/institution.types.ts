import { Args, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { CatalogSnapshot } from '../../cache/catalog-snapshot.types.js';
import type { RequestContext } from '../../context.js';
import { formatGlobalId } from '../../domain/ids.js';
import type { PaymentMethod, ServiceLevel } from '../../domain/institution.js';
import type { ZonedInstant } from '../../domain/local-time.js';
import type { Institution } from '../../services/institution.types.js';
import { SeasonType } from '../catalog/topic.types.js';
import { zonedOrNull } from '../catalog/venue-time.js';
import { FreshnessType } from '../freshness.types.js';
import { LanguageArgs, textIn, type Languages } from '../languages.js';
import { PlainField } from '../plain-field.js';
import { DateTimeScalar } from '../scalars.js';
import { NamedType } from '../catalog/named.type.js';
import { CachedFor, Key } from '../federation/directives.js';

export const ServiceLevelEnum = {
  NORMAL: 'NORMAL',
  DEGRADED: 'DEGRADED',
  SALES_CLOSED: 'SALES_CLOSED',
} as const satisfies Record<ServiceLevel, ServiceLevel>;

registerEnumType(ServiceLevelEnum, {
  name: 'ServiceLevel',
  description:
    'NORMAL: all works. DEGRADED: answers come from the cache. SALES_CLOSED: S-360 takes no orders now.',
});

@ObjectType('PaymentMethod', { simpleResolvers: true })
export class PaymentMethodType extends NamedType<PaymentMethod> {
  @PlainField(() => String)
  get code(): string {
    return this.record.code;
  }
}

@ObjectType('PointOfSales', {
  description: 'The channel that the partner sells through.',
  simpleResolvers: true,
})
export class PointOfSalesType {
  constructor(
    private readonly institution: Institution,
    private readonly snapshot: CatalogSnapshot,
  ) {}

  @PlainField(() => ID)
  get id(): string {
    return formatGlobalId(this.institution.code, this.snapshot.pointOfSales.id);
  }

  @PlainField(() => String)
  get code(): string {
    return this.snapshot.pointOfSales.code;
  }

  @PlainField(() => Int, { nullable: true, description: 'Most seats in one order for one performance.' })
  get maxSeatsPerPerformance(): number | null {
    return this.snapshot.pointOfSales.maxSeatsPerPerformance;
  }

  @PlainField(() => [PaymentMethodType])
  get paymentMethods(): PaymentMethodType[] {
    return this.snapshot.pointOfSales.paymentMethods.map(
      (method) => new PaymentMethodType(this.snapshot, method),
    );
  }

  @PlainField(() => PaymentMethodType, {
    nullable: true,
    description: 'The one orders are closed on; null when none is configured, or S-360 does not offer it.',
  })
  get pendingAccount(): PaymentMethodType | null {
    return this.paymentMethods.find(({ code }) => code === this.institution.pendingAccountCode) ?? null;
  }
}

@ObjectType('CatalogInfo', { description: 'The catalog that answers come from.', simpleResolvers: true })
export class CatalogInfoType {
  constructor(
    private readonly institution: Institution,
    private readonly snapshot: CatalogSnapshot,
  ) {}

  @PlainField(() => ID, { description: 'Changes with the content.' })
  get version(): string {
    return this.snapshot.version;
  }

  @PlainField(() => DateTimeScalar, {
    nullable: true,
    description: 'When the organiser last changed the set-up, as S-360 says.',
  })
  get setupUpdatedAt(): ZonedInstant | null {
    return zonedOrNull(this.snapshot, this.snapshot.setupUpdatedAt);
  }

  @PlainField(() => FreshnessType)
  freshness(_args: object, context: RequestContext): FreshnessType {
    return new FreshnessType(this.institution.catalog.freshness(), context.now());
  }

  @PlainField(() => Int)
  get productCount(): number {
    return this.snapshot.products.length;
  }

  @PlainField(() => Int)
  get performanceCount(): number {
    return this.snapshot.performances.length;
  }
}

@Key('code')
@CachedFor(600)
@ObjectType('Institution', {
  description: 'A venue, or several under one organisation, that the partner sells for.',
  simpleResolvers: true,
})
export class InstitutionType {
  constructor(
    readonly institution: Institution,
    readonly snapshot: CatalogSnapshot,
  ) {}

  @PlainField(() => ID, { description: 'The first part of every id that belongs to the institution.' })
  get code(): string {
    return this.institution.code;
  }

  @PlainField(() => String)
  name(@Args(() => LanguageArgs) args: LanguageArgs, context: Languages): string {
    const { organizationName } = this.snapshot.pointOfSales;
    return textIn(organizationName, this.snapshot, args, context) ?? this.institution.code;
  }

  @PlainField(() => String, { description: 'IANA name, for example `Europe/Paris`.' })
  get timeZone(): string {
    return this.snapshot.pointOfSales.timeZone;
  }

  @PlainField(() => String, { description: 'ISO 4217; all amounts of the institution are in it.' })
  get currency(): string {
    return this.snapshot.pointOfSales.currency.code;
  }

  @PlainField(() => [String], { description: 'The languages it writes in, the main one first.' })
  get languages(): readonly string[] {
    return this.snapshot.pointOfSales.languages;
  }

  @PlainField(() => PointOfSalesType)
  get pointOfSales(): PointOfSalesType {
    return new PointOfSalesType(this.institution, this.snapshot);
  }

  @PlainField(() => CatalogInfoType)
  get catalog(): CatalogInfoType {
    return new CatalogInfoType(this.institution, this.snapshot);
  }

  @PlainField(() => [SeasonType])
  get seasons(): SeasonType[] {
    return this.snapshot.seasons.map((season) => new SeasonType(this.snapshot, season));
  }

  @CachedFor(0)
  @PlainField(() => ServiceLevelEnum)
  get serviceLevel(): ServiceLevel {
    return this.institution.serviceLevel();
  }
}
