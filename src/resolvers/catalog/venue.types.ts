import { Args, ObjectType } from 'type-graphql';
import type { Venue } from '../../domain/catalog.js';
import { LanguageArgs, textIn, type Languages } from '../languages.js';
import { PlainField } from '../plain-field.js';
import { NamedType } from './named.type.js';

@ObjectType('Venue', { description: 'Where a performance takes place.', simpleResolvers: true })
export class VenueType extends NamedType<Venue> {
  @PlainField(() => String, { nullable: true, description: 'The room within the venue.' })
  space(@Args(() => LanguageArgs) args: LanguageArgs, context: Languages): string | null {
    return textIn(this.record.space, this.snapshot, args, context);
  }

  @PlainField(() => String, { nullable: true })
  get address(): string | null {
    return this.record.address;
  }

  @PlainField(() => String, { nullable: true })
  get town(): string | null {
    return this.record.town;
  }

  @PlainField(() => String, { nullable: true, description: 'ISO 3166.' })
  get countryCode(): string | null {
    return this.record.countryCode;
  }
}
