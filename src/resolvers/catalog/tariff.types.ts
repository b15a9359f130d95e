import { ObjectType } from 'type-graphql';
import type { CatalogSnapshot } from '../../cache/catalog-snapshot.types.js';
import type { Tariff, TariffKind } from '../../domain/catalog.js';
import { PlainField } from '../plain-field.js';
import { TariffKindEnum } from './catalog.enums.js';
import { NamedType } from './named.type.js';

@ObjectType('Tariff', { description: 'Who a price is for: adult, child, student.', simpleResolvers: true })
export class TariffType extends NamedType<Omit<Tariff, 'code'> & { readonly code: string | null }> {
  @PlainField(() => String, {
    nullable: true,
    description: 'Null when the catalog does not have it any more.',
  })
  get code(): string | null {
    return this.record.code;
  }

  @PlainField(() => TariffKindEnum)
  get kind(): TariffKind {
    return this.record.kind;
  }

  @PlainField(() => [TariffType], {
    description:
      'One of these must be in the same order before this tariff may be: a child needs an adult. Empty when it is free to take.',
  })
  get requires(): TariffType[] {
    return this.record.requiredTariffIds.map((id) => tariffOf(this.snapshot, id));
  }
}

/** A tariff that is in no catalog any more, as a sold ticket may have, is known by its id only. */
export function tariffOf(snapshot: CatalogSnapshot, id: string): TariffType {
  const record = snapshot.tariff(id) ?? { id, code: null, name: [], kind: 'UNKNOWN', requiredTariffIds: [] };
  return new TariffType(snapshot, record);
}
