import { ObjectType } from 'type-graphql';
import type { CatalogSnapshot } from '../../cache/catalog-snapshot.types.js';
import type { SeatCategory } from '../../domain/catalog.js';
import { PlainField } from '../plain-field.js';
import { NamedType } from './named.type.js';

@ObjectType('SeatCategory', { description: 'A price zone of the room.', simpleResolvers: true })
export class SeatCategoryType extends NamedType<SeatCategory> {
  @PlainField(() => String, { nullable: true })
  get code(): string | null {
    return this.record.code;
  }
}

/** A seat category that is no longer in the catalog, as S-360 allows, is known by its id only. */
export function seatCategoryOf(snapshot: CatalogSnapshot, id: string): SeatCategoryType {
  return new SeatCategoryType(snapshot, snapshot.seatCategory(id) ?? { id, code: null, name: [] });
}
