import { Int, ObjectType, registerEnumType } from 'type-graphql';
import type { Freshness, FreshnessSource, StaleReason } from '../domain/freshness.js';
import { PlainField } from './plain-field.js';
import { DateTimeScalar } from './scalars.js';
import { CachedFor } from './federation/directives.js';

export const FreshnessSourceEnum = {
  LIVE: 'LIVE',
  CACHE: 'CACHE',
  STALE: 'STALE',
  RESTORED: 'RESTORED',
} as const satisfies Record<FreshnessSource, FreshnessSource>;

registerEnumType(FreshnessSourceEnum, {
  name: 'FreshnessSource',
  valuesConfig: {
    LIVE: { description: 'Asked from S-360 for this answer.' },
    CACHE: { description: 'Known from before, and not older than planned.' },
    STALE: { description: 'Older than it should be; see `staleReason`.' },
    RESTORED: { description: 'Kept from before a restart and not yet confirmed by S-360.' },
  },
});

export const StaleReasonEnum = {
  UPSTREAM_DOWN: 'UPSTREAM_DOWN',
  UPSTREAM_THROTTLED: 'UPSTREAM_THROTTLED',
  CATALOG_IN_PROGRESS: 'CATALOG_IN_PROGRESS',
  BUDGET_EXHAUSTED: 'BUDGET_EXHAUSTED',
  REPLICA_CUT_OFF: 'REPLICA_CUT_OFF',
} as const satisfies Record<StaleReason, StaleReason>;

registerEnumType(StaleReasonEnum, {
  name: 'StaleReason',
  valuesConfig: {
    UPSTREAM_DOWN: { description: 'S-360 does not answer, or not with anything that can be used.' },
    UPSTREAM_THROTTLED: { description: 'S-360 refuses more calls for the moment.' },
    CATALOG_IN_PROGRESS: { description: 'S-360 is still preparing a newer catalog.' },
    BUDGET_EXHAUSTED: { description: "The calls that the partner's contract allows are used up." },
    REPLICA_CUT_OFF: {
      description: 'The replica that answers is cut off from the others, and must not ask S-360 on its own.',
    },
  },
});

@ObjectType('Freshness', {
  description: 'Where an answer came from, and when it can get better.',
  simpleResolvers: true,
})
export class FreshnessType {
  constructor(
    private readonly freshness: Freshness,
    private readonly now: number,
  ) {}

  @PlainField(() => DateTimeScalar, { description: 'The moment S-360 said so.' })
  get observedAt(): number {
    return this.freshness.observedAt;
  }

  @CachedFor(0)
  @PlainField(() => Int)
  get ageSeconds(): number {
    const seconds = Math.floor((this.now - this.freshness.observedAt) / 1000);
    return Math.min(Math.max(seconds, 0), 2 ** 31 - 1);
  }

  @CachedFor(0)
  @PlainField(() => FreshnessSourceEnum)
  get source(): FreshnessSource {
    return this.freshness.source;
  }

  @PlainField(() => StaleReasonEnum, {
    nullable: true,
    description: 'Null unless the answer is older than it should be.',
  })
  get staleReason(): StaleReason | null {
    return this.freshness.staleReason;
  }

  @PlainField(() => DateTimeScalar, {
    nullable: true,
    description: 'Asking again before this moment brings the same answer.',
  })
  get nextRefreshAt(): number | null {
    return this.freshness.nextRefreshAt;
  }
}
