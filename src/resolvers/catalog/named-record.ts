import type { CatalogSnapshot } from '../../cache/catalog-snapshot.types.js';
import { formatGlobalId } from '../../domain/ids.js';
import type { TranslatedText } from '../../domain/text.js';
import { textIn, type LanguageArgs, type Languages } from '../languages.js';

/** What tariffs, seat categories, topics, seasons and payment methods have in common. */
export interface NamedRecord {
  readonly id: string;
  readonly code?: string | null;
  readonly name: TranslatedText;
}

/** Its name; without a translation its code, and without a code its id, so that a name is always there. */
export function nameOf(
  record: NamedRecord,
  snapshot: CatalogSnapshot,
  args: LanguageArgs,
  context: Languages,
): string {
  const code =
    record.code === undefined || record.code === null || record.code === '' ? record.id : record.code;
  return textIn(record.name, snapshot, args, context) ?? code;
}

export function globalIdOf(snapshot: CatalogSnapshot, { id }: { readonly id: string }): string {
  return formatGlobalId(snapshot.institution, id);
}
