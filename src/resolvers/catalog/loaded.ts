import type { CatalogSnapshot } from '../../cache/catalog-snapshot.types.js';
import type { StaleReason } from '../../domain/freshness.js';
import { CatalogNotLoadedError } from '../../errors.js';
import type { Institution } from '../../services/institution.types.js';

/** An institution with the snapshot that one operation answers from. */
export interface LoadedInstitution {
  readonly institution: Institution;
  readonly snapshot: CatalogSnapshot;
}

/** Throws CatalogNotLoadedError until the first load has ended. */
export function loaded(institution: Institution): LoadedInstitution {
  const snapshot = institution.catalog.current();
  if (snapshot === null) throw notLoaded(institution);
  return { institution, snapshot };
}

/** Those that can answer; when there are some, but none can, CatalogNotLoadedError. */
export function loadedOnes(institutions: Iterable<Institution>): LoadedInstitution[] {
  const all = [...institutions];
  const answering = all.flatMap((institution) => {
    const snapshot = institution.catalog.current();
    return snapshot === null ? [] : [{ institution, snapshot }];
  });
  if (answering.length === 0 && all.length > 0) throw notLoaded(all[0]!);
  return answering;
}

function notLoaded({ code, catalog }: Institution): CatalogNotLoadedError {
  const { staleReason } = catalog.freshness();
  return new CatalogNotLoadedError(code, staleReason === null ? null : WHY_NOT_LOADED[staleReason]);
}

const WHY_NOT_LOADED: Readonly<Record<StaleReason, string>> = {
  UPSTREAM_DOWN: 'S-360 does not answer as it should',
  UPSTREAM_THROTTLED: 'S-360 may not be asked yet',
  CATALOG_IN_PROGRESS: 'S-360 is still preparing it',
  BUDGET_EXHAUSTED: "the month's allowance of calls is spent",
};
