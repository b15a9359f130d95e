import { ObjectType } from 'type-graphql';
import type { Season, Topic } from '../../domain/catalog.js';
import type { ZonedInstant } from '../../domain/local-time.js';
import { PlainField } from '../plain-field.js';
import { DateTimeScalar } from '../scalars.js';
import { zonedOrNull } from './venue-time.js';
import { NamedType } from './named.type.js';

@ObjectType('Topic', { description: 'What a product is about: opera, jazz, family.', simpleResolvers: true })
export class TopicType extends NamedType<Topic> {}

@ObjectType('Season', {
  description: 'A period that the organiser sells for: a year, a festival, a championship.',
  simpleResolvers: true,
})
export class SeasonType extends NamedType<Season> {
  @PlainField(() => String)
  get code(): string {
    return this.record.code;
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
