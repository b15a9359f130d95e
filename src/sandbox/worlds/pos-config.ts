import type { PosConfig } from '../model.js';
import type { Ids } from './ids.js';
import { CHARGES, COUNTRIES, ORDER_ORIGINS, PAYMENT_METHODS, PRODUCT_FAMILIES } from './pos-config.data.js';
import { translated, type Text } from './texts.js';

/** What differs from one institution's point of sales to the other's. */
export interface PosPlan {
  /** Lower case. */
  readonly code: string;
  readonly name: Text;
  readonly timeZone: string;
  readonly currency: keyof typeof CURRENCIES;
  readonly languages: readonly [string, ...string[]];
  readonly maxSeatsPerPerformance: number;
  readonly address: {
    readonly street: string;
    readonly zipcode: string;
    readonly town: string;
    readonly countryCode: string;
  };
}

const CURRENCIES = {
  EUR: { currencyCode: 'EUR', symbol: '€', fractionDigit: 2, minAmount: 10 },
  CHF: { currencyCode: 'CHF', symbol: 'CHF', fractionDigit: 2, minAmount: 50 },
} as const;

/** Minutes that an order stays open after the last addition. */
const ORDER_ABANDON_DELAY = 15;

/** `posConfigData` of the institution, with every member known of it. */
export function buildPosConfig(plan: PosPlan, ids: Ids): PosConfig {
  const upperCode = plan.code.toUpperCase();
  const currency = CURRENCIES[plan.currency];
  const { street, zipcode, town, countryCode } = plan.address;
  const posId = ids.next('pointOfSales');
  return {
    posId,
    posCode: 'FOYER',
    posNumber: 1,
    posType: 'REALTIME_INTERFACE',
    posActivityState: 'RUNNING',
    salesChannelId: ids.next('salesChannel'),
    salesChannelCode: 'PARTNER',
    salesChannelActivityState: 'RUNNING',
    virtualOperatorName: `${upperCode}_FOYER`,
    modeOfUse: 'SALE',
    institCode: upperCode,
    testInstitution: true,
    organizationId: ids.next('organization'),
    organizationCode: upperCode,
    organizationName: translated(plan.name),
    organizationTimeZone: plan.timeZone,
    currencyCode: currency.currencyCode,
    currencySymbol: currency.symbol,
    institutionCurrency: { ...currency },
    organizationCurrency: { ...currency },
    catalogCurrencies: [{ ...currency }],
    multiCatalogCurrencyEnabled: false,
    netPrices: false,
    mainLanguage: plan.languages[0],
    languageList: plan.languages.join(','),
    allowedChars: 'LATIN',
    maxSeatsPerPerformance: plan.maxSeatsPerPerformance,
    maxAutoSuggestedSeatsTrials: 3,
    seatSelectionMode: 'BEST_SEAT',
    orderAbandonDelay: ORDER_ABANDON_DELAY,
    invoicingAllowed: true,
    guestLoginAvailable: true,
    contactAccountCreationAllowed: true,
    contactFileAccessAllowed: true,
    contactLoginMode: 'EMAIL',
    loginPosition: 'BEFORE_PAYMENT',
    paymentMethods: PAYMENT_METHODS.map(({ code, name, type, forPayment, withFollowUp }, index) => ({
      id: ids.next('paymentMethod'),
      code,
      externalName: translated(name),
      externalDescription: translated(name),
      paymentType: type,
      authorizationMode: 'NONE',
      forPayment,
      forReimbursement: true,
      inSplitPaymentAllowed: false,
      manualValidation: false,
      changeReturnAllowed: false,
      tooMuchPerceivedAllowed: false,
      withFollowUp,
      rank: index + 1,
    })),
    charges: CHARGES.map(({ code, name, type }) => ({
      id: ids.next('charge'),
      code,
      externalName: translated(name),
      type,
      modifiable: false,
    })),
    productFamilies: PRODUCT_FAMILIES.map(({ type, name, contactRequired, reservable }, index) => ({
      id: index + 1,
      externalName: translated(name),
      productFamilyType: type,
      productFamilySubType: 'STANDARD',
      contactRequired,
      defaultQuantity: 1,
      directOption: false,
      netPrices: false,
      reservable,
    })),
    orderOrigins: ORDER_ORIGINS.map(({ idCode, name }) => ({ idCode, externalName: translated(name) })),
    countries: COUNTRIES.map(([code, name, internationalPhonePrefix, currencyCode]) => ({
      code,
      name,
      internationalPhonePrefix,
      phoneFormat: '## ## ## ## ##',
      currencyCode,
    })),
    placeAddress: `${street}, ${zipcode} ${town}`,
    placeAddressData: {
      firstAddressLine: street,
      zipCode: zipcode,
      locality: town,
      countryCode,
      email: `box-office@${plan.code}.example`,
      website: `https://www.${plan.code}.example`,
      gpsLatitude: null,
      gpsLongitude: null,
    },
    hub: {
      id: 1,
      pointsOfSales: [
        {
          id: posId,
          code: 'FOYER',
          rank: 1,
          running: true,
          internetUrl: `https://tickets.${plan.code}.example`,
          allCountriesAllowed: true,
        },
      ],
    },
    posParameters: { SHOW_REMAINING: 'true', DEFAULT_LANGUAGE: plan.languages[0] },
    pspParameters: {},
    pspAccessMethod: 'NONE',
    customizationFile: '',
    posCustomizationFile: '',
    amazonS3InstitutionBucketName: '',
  };
}
