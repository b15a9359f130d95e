import { Args, ID, ObjectType } from 'type-graphql';
import type { CatalogSnapshot } from '../../cache/catalog-snapshot.types.js';
import type { Season, Topic } from '../../domain/catalog.js';
import type { ZonedInstant } from '../../domain/local-time.js';
import { LanguageArgs, type Languages } from '../languages.js';
import { PlainField } from '../plain-field.js';
import { DateTimeScalar } from '../scalars.js';
import { globalIdOf, nameOf } from './named-record.js';
import { zonedOrNull } from './venue-time.js';

@ObjectType('Topic', { description: 'What a product is about: opera, jazz, family.', simpleResolvers: true })
export class TopicType {
  constructor(
    private readonly snapshot: CatalogSnapshot,
    private readonly record: Topic,
  ) {}

  @PlainField(() => ID)
  get id(): string {
    return globalIdOf(this.snapshot, this.record);
  }

  @PlainField(() => String)
  name(@Args(() => LanguageArgs) args: LanguageArgs, context: Languages): string {
    return nameOf(this.record, this.snapshot, args, context);
  }
}

@ObjectType('Season', {
  description: 'A period that the organiser sells for: a year, a festival, a championship.',
  simpleResolvers: true,
})
export class SeasonType {
  constructor(
    private readonly snapshot: CatalogSnapshot,
    private readonly record: Season,
  ) {}

  @PlainField(() => ID)
  get id(): string {
    return globalIdOf(this.snapshot, this.record);
  }

  @PlainField(() => String)
  get code(): string {
    return this.record.code;
  }

  @PlainField(() => String)
  name(@Args(() => LanguageArgs) args: LanguageArgs, context: Languages): string {
    return nameOf(this.record, this.snapshot, args, context);
  }

  @PlainField(() => DateTimeScalar, { nullable: true })
  get startsAt(): ZonedInstant | null {
    return zonedOrNull(this.snapshot, this.record.startsAt);
  }

  @PlainField(() => DateTimeScalar, { nullable: true })
  get endsAt(): ZonedInstant | null {
    return zonedOrNull(this.snapshot, this.record.endsAt);
  }
}
