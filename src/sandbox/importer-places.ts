import type { FilePerformance } from './importer-file.js';
import type { Zone } from './model.js';
import type { Ids } from './worlds/ids.js';

const SEATS_IN_A_ROW = 12;
const ROWS_IN_AN_AREA = 10;
/** Places of a category that names no area. */
const PLACES_WITHOUT_AREA = 100;

/** Seats for a file that tells areas only. */
export interface ImportedPlaces {
  /** The same array for performances that are laid out alike. */
  zonesOf(performance: FilePerformance): Zone[];
  /** How many places an area has, all its blocks together. */
  capacityOf(areaId: number): number;
}

interface Unit {
  readonly areaId: number;
  readonly blockId: number;
  readonly rows: number;
  readonly firstSeatId: number;
}

/**
 * Every area, or block of one, gets ten rows of twelve: the seats stay the same in all performances. Where several
 * categories share an area in a performance, the dearer one has the front rows.
 */
export function placesOf(performances: readonly FilePerformance[], ids: Ids): ImportedPlaces {
  const units = buildUnits(performances, ids);
  const placesWithoutArea = new Map<number, number>();
  const zonesByLayout = new Map<string, Zone[]>();

  function layOut(performance: FilePerformance): Zone[] {
    const categoriesByUnit = new Map<string, number[]>();
    const zones: Zone[] = [];
    for (const { seatCategoryId, areas } of dearestFirst(performance)) {
      for (const key of areas.flatMap(unitKeys)) {
        const sharing = categoriesByUnit.get(key) ?? [];
        if (!sharing.includes(seatCategoryId)) categoriesByUnit.set(key, [...sharing, seatCategoryId]);
      }
      if (areas.length === 0) zones.push(unnumbered(seatCategoryId));
    }
    for (const [key, categories] of categoriesByUnit) zones.push(...shared(units.get(key)!, categories));
    return zones;
  }

  function unnumbered(seatCategoryId: number): Zone {
    const firstSeatId = placesWithoutArea.get(seatCategoryId) ?? ids.reserve('seat', PLACES_WITHOUT_AREA);
    placesWithoutArea.set(seatCategoryId, firstSeatId);
    const capacity = PLACES_WITHOUT_AREA;
    return { seatCategoryId, contingentId: 0, areaId: 0, blockId: 0, capacity, rows: [], firstSeatId };
  }

  return {
    zonesOf(performance) {
      const layout = JSON.stringify(dearestFirst(performance));
      const zones = zonesByLayout.get(layout) ?? layOut(performance);
      zonesByLayout.set(layout, zones);
      return zones;
    },
    capacityOf: (areaId) =>
      [...units.values()]
        .filter((unit) => unit.areaId === areaId)
        .reduce((sum, { rows }) => sum + rows * SEATS_IN_A_ROW, 0),
  };
}

function buildUnits(performances: readonly FilePerformance[], ids: Ids): ReadonlyMap<string, Unit> {
  const mostCategories = new Map<string, number>();
  for (const { seatCategories } of performances) {
    const categories = new Map<string, number>();
    for (const key of seatCategories.flatMap(({ areas }) => areas.flatMap(unitKeys))) {
      categories.set(key, (categories.get(key) ?? 0) + 1);
    }
    for (const [key, count] of categories)
      mostCategories.set(key, Math.max(count, mostCategories.get(key) ?? 0));
  }
  const units = new Map<string, Unit>();
  for (const key of [...mostCategories.keys()].sort()) {
    const [areaId = 0, blockId = 0] = key.split('/').map(Number);
    const rows = Math.max(ROWS_IN_AN_AREA, mostCategories.get(key) ?? 0);
    units.set(key, { areaId, blockId, rows, firstSeatId: ids.reserve('seat', rows * SEATS_IN_A_ROW) });
  }
  return units;
}

function unitKeys({ areaId, blockIds }: { areaId: number; blockIds: readonly number[] }): string[] {
  return blockIds.length === 0 ? [`${areaId}/0`] : blockIds.map((blockId) => `${areaId}/${blockId}`);
}

/** One unit's rows, shared out among its categories, the first of them in front. */
function shared({ areaId, blockId, rows, firstSeatId }: Unit, categories: readonly number[]): Zone[] {
  return categories.map((seatCategoryId, index) => {
    const from = Math.floor((index * rows) / categories.length);
    const until = Math.floor(((index + 1) * rows) / categories.length);
    return {
      seatCategoryId,
      contingentId: 0,
      areaId,
      blockId,
      capacity: (until - from) * SEATS_IN_A_ROW,
      rows: Array.from({ length: until - from }, (_, row) => ({
        name: String(from + row + 1),
        seats: SEATS_IN_A_ROW,
      })),
      firstSeatId: firstSeatId + from * SEATS_IN_A_ROW,
    };
  });
}

function dearestFirst({ seatCategories, prices }: FilePerformance): FilePerformance['seatCategories'] {
  const amountOf = (seatCategoryId: number): number =>
    prices.reduce(
      (most, each) => (each.seatCategoryId === seatCategoryId ? Math.max(most, each.amount) : most),
      0,
    );
  return seatCategories.toSorted(
    (one, other) => amountOf(other.seatCategoryId) - amountOf(one.seatCategoryId),
  );
}
