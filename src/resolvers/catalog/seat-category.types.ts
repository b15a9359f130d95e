import { Args, ID, ObjectType } from 'type-graphql';
import type { CatalogSnapshot } from '../../cache/catalog-snapshot.types.js';
import type { SeatCategory } from '../../domain/catalog.js';
import { LanguageArgs, type Languages } from '../languages.js';
import { PlainField } from '../plain-field.js';
import { globalIdOf, nameOf } from './named-record.js';

@ObjectType('SeatCategory', { description: 'A price zone of the room.', simpleResolvers: true })
export class SeatCategoryType {
  constructor(
    private readonly snapshot: CatalogSnapshot,
    private readonly record: SeatCategory,
  ) {}

  @PlainField(() => ID)
  get id(): string {
    return globalIdOf(this.snapshot, this.record);
  }

  @PlainField(() => String, { nullable: true })
  get code(): string | null {
    return this.record.code;
  }

  @PlainField(() => String)
  name(@Args(() => LanguageArgs) args: LanguageArgs, context: Languages): string {
    return nameOf(this.record, this.snapshot, args, context);
  }
}

/** A seat category that is no longer in the catalog, as S-360 allows, is known by its id only. */
export function seatCategoryOf(snapshot: CatalogSnapshot, id: string): SeatCategoryType {
  return new SeatCategoryType(snapshot, snapshot.seatCategory(id) ?? { id, code: null, name: [] });
}
