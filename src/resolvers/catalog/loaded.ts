import type { CatalogSnapshot } from '../../cache/catalog-snapshot.types.js';
import type { Institution } from '../../services/institution.types.js';
import { loadedSnapshot, notLoaded } from '../../services/catalog/loaded-catalog.js';

/** An institution with the snapshot that one operation answers from. */
export interface LoadedInstitution {
  readonly institution: Institution;
  readonly snapshot: CatalogSnapshot;
}

/** Throws CatalogNotLoadedError until the first load has ended. */
export function loaded(institution: Institution): LoadedInstitution {
  return { institution, snapshot: loadedSnapshot(institution) };
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
