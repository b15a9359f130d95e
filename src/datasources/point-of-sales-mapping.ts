import type { ProductKind } from '../domain/catalog.js';
import type { PointOfSales } from '../domain/institution.js';
import { UpstreamShapeError, type UpstreamCall } from '../errors.js';
import { mapText } from './catalog-mapping.js';
import type { WireObject } from './s360/answer-decoder.js';
import { productKindOf } from './s360/guesses.js';
import { fractionDigitsIn, idIn, integerIn, objectIn, objectsIn, textIn } from './s360/wire-values.js';

/** Told of a word that means nothing to us. */
export type OnUnknownWord = (path: string, word: string) => void;

/** `posConfigData` of CatalogService.getPOSConfig. Throws UpstreamShapeError without what every later call needs. */
export function mapPointOfSales(
  call: UpstreamCall,
  wire: WireObject,
  onUnknownWord: OnUnknownWord,
): PointOfSales {
  const id = idIn(wire, 'posId');
  if (id === undefined) throw new UpstreamShapeError(call, 'the answer has no posConfigData.posId');
  const currency = objectIn(wire, 'organizationCurrency') ?? objectsIn(wire, 'catalogCurrencies')[0];
  const currencyCode = textIn(wire, 'currencyCode') ?? (currency && textIn(currency, 'currencyCode'));
  if (currencyCode === undefined)
    throw new UpstreamShapeError(call, 'the answer has no posConfigData.currencyCode');
  const mainLanguage = textIn(wire, 'mainLanguage');
  const languages = (textIn(wire, 'languageList') ?? '')
    .split(/[,; ]+/)
    .filter((language) => language !== '');
  return {
    id,
    code: textIn(wire, 'posCode') ?? id,
    organizationName: mapText(wire, 'organizationName'),
    timeZone: mapTimeZone(wire, onUnknownWord),
    currency: {
      code: currencyCode,
      fractionDigits: fractionDigitsIn(currency),
    },
    languages: [...new Set([...(mainLanguage === undefined ? [] : [mainLanguage]), ...languages])],
    maxSeatsPerPerformance: integerIn(wire, 'maxSeatsPerPerformance') ?? null,
    paymentMethods: objectsIn(wire, 'paymentMethods').flatMap((method) => {
      const methodId = idIn(method, 'id');
      if (methodId === undefined) return [];
      return [
        { id: methodId, code: textIn(method, 'code') ?? methodId, name: mapText(method, 'externalName') },
      ];
    }),
    // What S-360 does not say, it does not forbid.
    contactCreationAllowed: wire['contactAccountCreationAllowed'] !== false,
    contactAccessAllowed: wire['contactFileAccessAllowed'] !== false,
    contactRequiredKinds: [...new Set(objectsIn(wire, 'productFamilies').flatMap(kindThatNeedsContact))],
    isSelling: [textIn(wire, 'posActivityState'), textIn(wire, 'salesChannelActivityState')].every(
      (state) => state === undefined || state === RUNNING,
    ),
  };
}

const RUNNING = 'RUNNING';

/** A family that we do not know has no products that we could sell. */
function kindThatNeedsContact(family: WireObject): ProductKind[] {
  const kind = productKindOf(textIn(family, 'productFamilyType'));
  return kind !== undefined && family['contactRequired'] === true ? [kind] : [];
}

/** A zone that this machine does not know would make every local time an error: UTC is wrong by hours, but seen. */
function mapTimeZone(wire: WireObject, onUnknownWord: OnUnknownWord): string {
  const timeZone = textIn(wire, 'organizationTimeZone');
  if (timeZone === undefined) return 'UTC';
  try {
    new Intl.DateTimeFormat('en', { timeZone }).format(0);
    return timeZone;
  } catch {
    onUnknownWord('posConfigData.organizationTimeZone', timeZone);
    return 'UTC';
  }
}
