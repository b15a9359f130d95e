import { Int, ObjectType, registerEnumType } from 'type-graphql';
import type { CatalogSnapshot } from '../../cache/catalog-snapshot.types.js';
import type { RequestContext } from '../../context.js';
import type { Institution, PollPlanEntry } from '../../services/institution.types.js';
import { productOf, ProductType } from '../catalog/catalog.types.js';
import { PlainField } from '../plain-field.js';
import { DateTimeScalar } from '../scalars.js';
import { ForOperators, Personal } from '../federation/directives.js';

type Report = Institution['upstream'];
type CircuitState = ReturnType<Report['circuit']>;
type BudgetUsage = ReturnType<Report['budgets']>[number];
type MethodUsage = ReturnType<Report['calls']>[number];
type Finding = ReturnType<Report['drift']>[number];

export const BudgetWindowEnum = {
  MINUTE: 'MINUTE',
  MONTH: 'MONTH',
  MONTH_BYTES: 'MONTH_BYTES',
} as const satisfies Record<BudgetUsage['window'], BudgetUsage['window']>;

registerEnumType(BudgetWindowEnum, { name: 'BudgetWindow' });

export const CircuitStateEnum = {
  CLOSED: 'CLOSED',
  OPEN: 'OPEN',
  HALF_OPEN: 'HALF_OPEN',
} as const satisfies Record<CircuitState, CircuitState>;

registerEnumType(CircuitStateEnum, {
  name: 'CircuitState',
  description: 'CLOSED: calls are sent. OPEN: S-360 failed so often that none is. HALF_OPEN: one is tried.',
});

@ForOperators()
@ObjectType('CallBudget', { description: "One of the contract's limits.", simpleResolvers: true })
export class CallBudgetType {
  constructor(private readonly usage: BudgetUsage) {}

  @PlainField(() => BudgetWindowEnum)
  get window(): BudgetUsage['window'] {
    return this.usage.window;
  }

  @PlainField(() => Int, { description: 'Where there is none, the largest number that fits: 2147483647.' })
  get limit(): number {
    return asInt(this.usage.limit ?? Infinity);
  }

  @PlainField(() => Int)
  get used(): number {
    return asInt(this.usage.used);
  }

  @PlainField(() => DateTimeScalar)
  get resetsAt(): number {
    return this.usage.resetsAt;
  }

  @PlainField(() => Int, { description: 'What `used` will be at the end of the window, at the pace so far.' })
  get forecast(): number {
    return asInt(this.usage.forecast);
  }
}

@ForOperators()
@ObjectType('UpstreamMethod', {
  description: 'Calls of one method since this process began.',
  simpleResolvers: true,
})
export class UpstreamMethodType {
  constructor(private readonly usage: MethodUsage) {}

  @PlainField(() => String)
  get service(): string {
    return this.usage.service;
  }

  @PlainField(() => String)
  get method(): string {
    return this.usage.method;
  }

  @PlainField(() => Int)
  get calls(): number {
    return asInt(this.usage.calls);
  }

  @PlainField(() => Int)
  get errors(): number {
    return asInt(this.usage.errors);
  }

  @PlainField(() => DateTimeScalar, { nullable: true })
  get lastCallAt(): number | null {
    return this.usage.lastCallAt;
  }
}

@ForOperators()
@ObjectType('PollPlanEntry', {
  description: 'How often the availability of a product is asked, and why.',
  simpleResolvers: true,
})
export class PollPlanEntryType {
  constructor(
    readonly product: ProductType,
    private readonly entry: PollPlanEntry,
  ) {}

  @PlainField(() => Int)
  get everySeconds(): number {
    return asInt(Math.ceil(this.entry.everyMs / 1000));
  }

  @PlainField(() => Int, { description: 'Subscriptions that see it now.' })
  get watchers(): number {
    return this.entry.watchers;
  }

  @PlainField(() => String)
  get reason(): string {
    return this.entry.reason;
  }
}
PlainField(() => ProductType)(PollPlanEntryType.prototype, 'product');

@ForOperators()
@ObjectType('DriftFinding', {
  description:
    'S-360 sent something the gateway does not know: a new enum value, a missing member, another type.',
  simpleResolvers: true,
})
export class DriftFindingType {
  constructor(private readonly finding: Finding) {}

  @PlainField(() => String)
  get service(): string {
    return this.finding.service;
  }

  @PlainField(() => String, { description: 'Where, for example `catalogData.seasons.products.newMember`.' })
  get path(): string {
    return this.finding.path;
  }

  @PlainField(() => String, {
    description: '`unknown-member`, `unknown-value`, `missing-member` or `wrong-type`.',
  })
  get kind(): string {
    return this.finding.kind;
  }

  @PlainField(() => Int)
  get count(): number {
    return asInt(this.finding.count);
  }

  @PlainField(() => DateTimeScalar)
  get firstSeenAt(): number {
    return this.finding.firstSeenAt;
  }

  @PlainField(() => String, { nullable: true })
  get sample(): string | null {
    return this.finding.sample;
  }
}

@ForOperators()
@Personal()
@ObjectType('Upstream', {
  description: "The gateway's traffic with one institution's S-360.",
  simpleResolvers: true,
})
export class UpstreamType {
  constructor(
    private readonly institution: Institution,
    private readonly snapshot: CatalogSnapshot,
  ) {}

  @PlainField(() => [CallBudgetType])
  get budgets(): CallBudgetType[] {
    return this.institution.upstream.budgets().map((usage) => new CallBudgetType(usage));
  }

  @PlainField(() => [UpstreamMethodType])
  get calls(): UpstreamMethodType[] {
    return this.institution.upstream.calls().map((usage) => new UpstreamMethodType(usage));
  }

  @PlainField(() => CircuitStateEnum)
  get circuit(): CircuitState {
    return this.institution.upstream.circuit();
  }

  @PlainField(() => [PollPlanEntryType])
  get pollPlan(): PollPlanEntryType[] {
    return this.institution.availability.pollPlan().flatMap((entry) => {
      const product = productOf(this.institution, this.snapshot, entry.productId);
      return product ? [new PollPlanEntryType(product, entry)] : [];
    });
  }

  @PlainField(() => Int, { description: 'Orders that are in doubt now; each leaves that state by itself.' })
  async inDoubtOrders(_args: object, { orderFigures }: RequestContext): Promise<number> {
    return asInt((await orderFigures.inDoubt(this.institution.code)).orders);
  }

  @PlainField(() => [DriftFindingType])
  get drift(): DriftFindingType[] {
    return this.institution.upstream.drift().map((finding) => new DriftFindingType(finding));
  }
}

/** A month's bytes may be more than a GraphQL Int holds; a limit shown too low is better than no answer. */
function asInt(value: number): number {
  return Math.min(Math.round(value), 2 ** 31 - 1);
}
