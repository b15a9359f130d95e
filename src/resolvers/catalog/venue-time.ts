import type { CatalogSnapshot } from '../../cache/catalog-snapshot.types.js';
import type { ZonedInstant } from '../../domain/local-time.js';

/** The instant on the clock of the institution, `organizationTimeZone` of its point of sales. */
export function zoned(snapshot: CatalogSnapshot, epochMs: number): ZonedInstant {
  return { epochMs, timeZone: snapshot.pointOfSales.timeZone };
}

export function zonedOrNull(snapshot: CatalogSnapshot, epochMs: number | null): ZonedInstant | null {
  return epochMs === null ? null : zoned(snapshot, epochMs);
}
