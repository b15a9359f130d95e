import { institutionPart, type WorldFile } from './importer-file.js';
import { codeOf, grouped, inFrench } from './importer-names.js';
import type { ImportedPlaces } from './importer-places.js';
import type { PhysicalConfiguration } from './model.js';
import type { BuildingSite } from './worlds/site.js';

/** One room for each venue code, with the areas that its performances use. */
export function describeRooms(
  { ids, register }: BuildingSite,
  file: WorldFile,
  places: ImportedPlaces,
): ReadonlyMap<string, PhysicalConfiguration> {
  const rooms = new Map<string, PhysicalConfiguration>();
  for (const [venueCode, performances] of grouped(file.performances, (each) => each.venueCode)) {
    const areaIds = new Set(
      performances.flatMap(({ seatCategories }) =>
        seatCategories.flatMap(({ areas }) => areas.map(({ areaId }) => areaId)),
      ),
    );
    const capacity = [...areaIds].reduce((sum, areaId) => sum + places.capacityOf(areaId), 0);
    const name = inFrench(file.venueNames[venueCode]);
    const siteCode = institutionPart(venueCode);
    const spaceCode = venueCode.split('_').slice(1).join('_') || siteCode;
    rooms.set(venueCode, {
      id: ids.next('configuration'),
      code: venueCode,
      externalName: name,
      type: 'STANDARD',
      kind: 'SEATED',
      siteId: register.idOf('site', siteCode),
      siteCode,
      siteExternalName: name,
      spaceId: register.idOf('space', venueCode),
      spaceCode,
      spaceExternalName: name,
      countryCode: 'FR',
      formattedAddress: '',
      street: '',
      zipcode: '',
      town: '',
      physicalGauge: capacity,
      securityGauge: capacity,
      areas: [...areaIds].map((id) => ({
        id,
        code: codeOf(id),
        externalName: inFrench(file.areaNames[String(id)]),
      })),
    });
  }
  return rooms;
}
