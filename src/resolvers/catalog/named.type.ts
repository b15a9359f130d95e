import { Args, ID, ObjectType } from 'type-graphql';
import type { CatalogSnapshot } from '../../cache/catalog-snapshot.types.js';
import { LanguageArgs, type Languages } from '../languages.js';
import { PlainField } from '../plain-field.js';
import { globalIdOf, nameOf, type NamedRecord } from './named-record.js';

/** What every record of the catalog with a name answers alike. Not a type of the graph by itself. */
@ObjectType()
export abstract class NamedType<Named extends NamedRecord> {
  constructor(
    protected readonly snapshot: CatalogSnapshot,
    protected readonly record: Named,
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
