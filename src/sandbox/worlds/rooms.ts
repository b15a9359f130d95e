import type { PhysicalConfiguration, Zone } from '../model.js';
import type { Ids } from './ids.js';
import { everywhere, translated, type Text } from './texts.js';

/** A room as somebody would describe it; `buildRoom` gives it ids. */
export interface RoomPlan {
  readonly code: string;
  readonly name: Text;
  readonly kind: 'SEATED' | 'UNSEATED' | 'MIXED';
  readonly site: SitePlan;
  readonly space: { readonly code: string; readonly name: Text };
  readonly categories: readonly { readonly code: string; readonly name: Text }[];
  /** Best blocks first. */
  readonly blocks: readonly BlockPlan[];
}

export interface SitePlan {
  readonly code: string;
  readonly name: string;
  readonly street: string;
  readonly zipcode: string;
  readonly town: string;
  readonly countryCode: string;
}

export interface BlockPlan {
  readonly area: { readonly code: string; readonly name: Text };
  /** Code of the block; none where the area is one block. */
  readonly block?: string;
  readonly category: string;
  /** Code of the dedicated contingent; none for places open to everybody. */
  readonly contingent?: string;
  /** Numbered: so many rows of so many seats, the first one named `from`. Otherwise so many places. */
  readonly rows?: { readonly count: number; readonly seats: number; readonly from?: number };
  readonly places?: number;
}

/** The room as built, and what performances in it share. */
export interface Room {
  readonly configuration: PhysicalConfiguration;
  readonly seatCategories: { id: number; code: string; externalName: ReturnType<typeof translated> }[];
  readonly zones: Zone[];
  readonly capacity: number;
}

/** Ids of sites, spaces and contingents by their codes: rooms of one institution share them. */
export interface PlaceRegister {
  idOf(kind: 'site' | 'space' | 'contingent', code: string): number;
}

export function createPlaceRegister(ids: Ids): PlaceRegister {
  const known = new Map<string, number>();
  return {
    idOf(kind, code) {
      const key = `${kind}/${code}`;
      const id = known.get(key) ?? ids.next(kind);
      known.set(key, id);
      return id;
    },
  };
}

export function buildRoom(plan: RoomPlan, ids: Ids, register: PlaceRegister): Room {
  const seatCategories = plan.categories.map(({ code, name }) => ({
    id: ids.next('seatCategory'),
    code,
    externalName: translated(name),
  }));
  const areas = new Map<string, PhysicalConfiguration['areas'][number]>();
  const zones = plan.blocks.map((block): Zone => {
    const area = areas.get(block.area.code) ?? {
      id: ids.next('area'),
      code: block.area.code,
      externalName: translated(block.area.name),
    };
    areas.set(area.code, area);
    const { count = 0, seats = 0, from = 1 } = block.rows ?? {};
    const capacity = block.rows ? count * seats : (block.places ?? 0);
    const category = seatCategories.find(({ code }) => code === block.category);
    if (!category) throw new RangeError(`Cannot build ${plan.code}: unknown category ${block.category}`);
    return {
      seatCategoryId: category.id,
      contingentId: block.contingent === undefined ? 0 : register.idOf('contingent', block.contingent),
      areaId: area.id,
      blockId: block.block === undefined ? 0 : ids.next('block'),
      capacity,
      rows: Array.from({ length: count }, (_, index) => ({ name: String(from + index), seats })),
      firstSeatId: ids.reserve('seat', capacity),
    };
  });
  const capacity = zones.reduce((sum, zone) => sum + zone.capacity, 0);
  return {
    configuration: describeRoom(plan, [...areas.values()], capacity, ids.next('configuration'), register),
    seatCategories,
    zones,
    capacity,
  };
}

function describeRoom(
  { code, name, kind, site, space }: RoomPlan,
  areas: PhysicalConfiguration['areas'],
  capacity: number,
  id: number,
  register: PlaceRegister,
): PhysicalConfiguration {
  return {
    id,
    code,
    externalName: translated(name),
    type: 'STANDARD',
    kind,
    mapType: kind === 'UNSEATED' ? 'NONE' : 'DETAILED',
    siteId: register.idOf('site', site.code),
    siteCode: site.code,
    siteExternalName: translated(everywhere(site.name)),
    spaceId: register.idOf('space', `${site.code}/${space.code}`),
    spaceCode: space.code,
    spaceExternalName: translated(space.name),
    countryCode: site.countryCode,
    formattedAddress: `${site.street}, ${site.zipcode} ${site.town}`,
    street: site.street,
    zipcode: site.zipcode,
    town: site.town,
    physicalGauge: capacity,
    securityGauge: capacity,
    areas,
  };
}
