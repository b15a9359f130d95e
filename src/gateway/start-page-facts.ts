import { translate } from '../domain/text.js';
import type { StartPageFacts } from '../server/server.types.js';
import type { Institution } from '../services/institution.types.js';
import { VERSION } from '../version.js';

/** What the start page shows of the running gateway. */
export function startPageFacts(
  institutions: ReadonlyMap<string, Institution>,
  sandboxUrl: string | null,
): StartPageFacts {
  return {
    version: VERSION,
    sandboxUrl,
    institutions: [...institutions.values()].map((institution) => {
      const snapshot = institution.catalog.current();
      return {
        code: institution.code,
        name: snapshot && translate(snapshot.pointOfSales.organizationName, snapshot.pointOfSales.languages),
        productCount: snapshot?.products.length ?? null,
        performanceCount: snapshot?.performances.length ?? null,
        serviceLevel: institution.serviceLevel(),
      };
    }),
  };
}
