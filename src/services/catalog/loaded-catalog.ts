import type { CatalogSnapshot } from '../../cache/catalog-snapshot.types.js';
import type { StaleReason } from '../../domain/freshness.js';
import { CatalogNotLoadedError } from '../../errors.js';
import type { Institution } from '../institution.types.js';

type WithCatalog = Pick<Institution, 'code'> & {
  readonly catalog: Pick<Institution['catalog'], 'current' | 'freshness'>;
};

/** The catalog of this moment; throws CatalogNotLoadedError until the first load has ended. */
export function loadedSnapshot(institution: WithCatalog): CatalogSnapshot {
  const snapshot = institution.catalog.current();
  if (snapshot === null) throw notLoaded(institution);
  return snapshot;
}

export function notLoaded({ code, catalog }: WithCatalog): CatalogNotLoadedError {
  const { staleReason } = catalog.freshness();
  return new CatalogNotLoadedError(code, staleReason === null ? null : WHY_NOT_LOADED[staleReason]);
}

const WHY_NOT_LOADED: Readonly<Record<StaleReason, string>> = {
  UPSTREAM_DOWN: 'S-360 does not answer as it should',
  UPSTREAM_THROTTLED: 'S-360 may not be asked yet',
  CATALOG_IN_PROGRESS: 'S-360 is still preparing it',
  BUDGET_EXHAUSTED: "the month's allowance of calls is spent",
  REPLICA_CUT_OFF: 'this replica is cut off from the others and must not ask S-360 on its own',
};
