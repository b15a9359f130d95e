import type { Season, Tariff, Topic, Venue } from '../domain/catalog.js';
import { mapState, mapText, type MappingContext } from './catalog-mapping.js';
import type { WireObject } from './s360/answer-decoder.js';
import { tariffKindOf } from './s360/guesses.js';
import { idIn, instantIn, objectsIn, textIn, idsIn } from './s360/wire-values.js';

/** `seasons[]` without its products; undefined without an id. */
export function mapSeason(wire: WireObject, context: MappingContext): Season | undefined {
  const id = idIn(wire, 'id');
  if (id === undefined) return undefined;
  return {
    id,
    code: textIn(wire, 'code') ?? id,
    name: mapText(wire, 'externalName'),
    state: mapState(wire, 'seasons.state', context),
    startsAt: instantIn(wire, 'start') ?? null,
    endsAt: instantIn(wire, 'end') ?? null,
  };
}

/** `seasons[].audienceCategories[].audienceSubCategories[]`: the tariffs. */
export function mapTariffs(season: WireObject, context: MappingContext): readonly Tariff[] {
  return objectsIn(season, 'audienceCategories')
    .flatMap((category) => objectsIn(category, 'audienceSubCategories'))
    .flatMap((wire) => {
      const id = idIn(wire, 'id');
      if (id === undefined) return [];
      const word = textIn(wire, 'audienceCategoryKind');
      const kind = tariffKindOf(word);
      if (kind === undefined && word !== undefined)
        context.onUnknownWord('audienceSubCategories.audienceCategoryKind', word);
      return [
        {
          id,
          code: textIn(wire, 'code') ?? id,
          name: mapText(wire, 'externalName'),
          kind: kind ?? 'UNKNOWN',
          requiredTariffIds: idsIn(wire, 'requiredAudienceSubCategoryIds'),
        },
      ];
    });
}

export function mapTopics(season: WireObject): readonly Topic[] {
  return objectsIn(season, 'topics').flatMap((wire) => {
    const id = idIn(wire, 'id');
    return id === undefined
      ? []
      : [{ id, code: textIn(wire, 'code') ?? id, name: mapText(wire, 'externalName') }];
  });
}

/** `physicalConfigurations[]`: the room as built. Its site's name is what people call the venue. */
export function mapVenue(wire: WireObject): Venue | undefined {
  const id = idIn(wire, 'id');
  if (id === undefined) return undefined;
  const siteName = mapText(wire, 'siteExternalName');
  return {
    id,
    name: siteName.length > 0 ? siteName : mapText(wire, 'externalName'),
    code: textIn(wire, 'siteCode') ?? textIn(wire, 'code') ?? id,
    space: mapText(wire, 'spaceExternalName'),
    address: textIn(wire, 'formattedAddress') ?? textIn(wire, 'street') ?? null,
    town: textIn(wire, 'town') ?? null,
    countryCode: textIn(wire, 'countryCode') ?? null,
    areas: objectsIn(wire, 'areas').flatMap((area) => {
      const areaId = idIn(area, 'id');
      return areaId === undefined ? [] : [{ id: areaId, code: textIn(area, 'code') ?? areaId }];
    }),
  };
}
