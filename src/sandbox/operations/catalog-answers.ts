import type { InstitutionWorld } from '../model.js';
import { PreparedPart } from '../protocol/prepared-part.js';
import { escapeXml, writeXmlElement } from '../protocol/xml-writer.js';
import { viewCatalog, type CatalogFilter } from './catalog-view.js';

/** The catalog of one institution, written once for each filter and version of the set-up. */
export interface CatalogAnswers {
  /** `CatalogData` as an object. */
  detailed(filter: CatalogFilter): PreparedPart;
  /** The same as an XML document inside a string. */
  text(filter: CatalogFilter): PreparedPart;
}

/** Filters come from the caller, so what is kept is bounded; a large catalog weighs 50 MB. */
const MOST_KEPT = 4;

export function createCatalogAnswers(world: InstitutionWorld): CatalogAnswers {
  const kept = new Map<string, PreparedPart>();
  let version = world.lastSetupUpdate;

  function keep(kind: string, filter: CatalogFilter, make: (data: object) => PreparedPart): PreparedPart {
    if (version !== world.lastSetupUpdate) kept.clear();
    version = world.lastSetupUpdate;
    const key = JSON.stringify([kind, filter.scope, filter.seasonCode, filter.productCode]);
    const part = kept.get(key) ?? make(viewCatalog(world, filter));
    kept.delete(key);
    kept.set(key, part);
    for (const oldest of kept.keys()) {
      if (kept.size <= MOST_KEPT) break;
      kept.delete(oldest);
    }
    return part;
  }

  return {
    detailed: (filter) => keep('detailed', filter, (data) => PreparedPart.ofValue(data)),
    text: (filter) => keep('text', filter, catalogInAString),
  };
}

/** [I] What the document inside the string looks like is not known: the sandbox writes the elements of the detailed answer. */
function catalogInAString(data: object): PreparedPart {
  return new PreparedPart(function* write(format, filter) {
    const escape = format === 'xml' ? escapeXml : (text: string) => JSON.stringify(text).slice(1, -1);
    if (format === 'json') yield '"';
    yield escape('<?xml version="1.0" encoding="UTF-8"?>');
    for (const piece of writeXmlElement('catalogData', data, filter)) {
      if (typeof piece === 'string') yield escape(piece);
    }
    if (format === 'json') yield '"';
  });
}
