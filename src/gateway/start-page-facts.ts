import { translate } from '../domain/text.js';
import type { StartPageFacts } from '../server/server.types.js';
import type { Institution } from '../services/institution.types.js';
import { VERSION } from '../version.js';

/** What the start page shows of the running gateway. `institutions`: null where they are not everybody's to know. */
export function startPageFacts(
  institutions: ReadonlyMap<string, Institution> | null,
  sandboxUrl: string | null,
): StartPageFacts {
  return {
    version: VERSION,
    sandboxUrl,
    institutions:
      institutions &&
      [...institutions.values()].map((institution) => {
        const snapshot = institution.catalog.current();
        return {
          code: institution.code,
          name:
            snapshot && translate(snapshot.pointOfSales.organizationName, snapshot.pointOfSales.languages),
          productCount: snapshot?.products.length ?? null,
          performanceCount: snapshot?.performances.length ?? null,
          serviceLevel: institution.serviceLevel(),
        };
      }),
  };
}
