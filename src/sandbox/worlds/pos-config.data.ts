import type { ProductFamilyType } from '../model.js';
import type { Text } from './texts.js';

/** Code `PEND` is the pending account, on which a partner closes orders. The types are those of S-360's data export. */
export const PAYMENT_METHODS: readonly {
  code: string;
  name: Text;
  type: string;
  forPayment: boolean;
  withFollowUp: boolean;
}[] = [
  {
    code: 'PEND',
    name: { fr: 'Compte en attente', en: 'Pending account', de: 'Offenes Konto' },
    type: 'PAY_TYPE/CA',
    forPayment: true,
    withFollowUp: true,
  },
  {
    code: 'CARD',
    name: { fr: 'Carte bancaire', en: 'Credit card', de: 'Kreditkarte' },
    type: 'PAY_TYPE/CC',
    forPayment: true,
    withFollowUp: false,
  },
  {
    code: 'TRF',
    name: { fr: 'Virement', en: 'Bank transfer', de: 'Überweisung' },
    type: 'PAY_TYPE/TRF',
    forPayment: true,
    withFollowUp: true,
  },
  {
    code: 'VOUCH',
    name: { fr: 'Bon cadeau', en: 'Gift voucher', de: 'Gutschein' },
    type: 'PAY_TYPE/VOUCHER',
    forPayment: true,
    withFollowUp: false,
  },
  {
    code: 'CREDIT',
    name: { fr: 'Avoir', en: 'Credit note' },
    type: 'PAY_TYPE/AVR',
    forPayment: false,
    withFollowUp: false,
  },
];

export const CHARGES: readonly { code: string; name: Text; type: string }[] = [
  { code: 'SHIP', name: { fr: "Frais d'envoi", en: 'Shipping', de: 'Versand' }, type: 'SHIPMENT' },
  {
    code: 'FILE',
    name: { fr: 'Frais de dossier', en: 'Handling fee', de: 'Bearbeitungsgebühr' },
    type: 'FILE',
  },
];

export interface ProductFamilyPlan {
  type: ProductFamilyType;
  name: Text;
  contactRequired: boolean;
  reservable: boolean;
}

export const PRODUCT_FAMILIES: readonly ProductFamilyPlan[] = [
  family('SINGLE_ENTRY', 'Événements', 'Events', 'Veranstaltungen', false, true),
  family('SEASONTICKET', 'Abonnements', 'Season tickets', 'Abonnements', true, true),
  family('PASS', 'Billets et visites', 'Passes and visits', 'Eintritt und Führungen', false, true),
  family('PACKAGE', 'Forfaits', 'Packages', 'Pakete', false, false),
  family('MEMBERSHIP', 'Adhésions', 'Memberships', 'Mitgliedschaften', true, false),
  family('SERVICE', 'Services', 'Services', 'Dienstleistungen', false, false),
  family('GOODS', 'Boutique', 'Goods', 'Waren', false, false),
  family('TRANSPORT', 'Transports', 'Transport', 'Anreise', false, false),
  family('HOSPITALITY', 'Hospitalités', 'Hospitality', 'Hospitality', true, true),
];

export const ORDER_ORIGINS: readonly { idCode: string; name: Text }[] = [
  { idCode: 'PARTNER', name: { fr: 'Partenaire', en: 'Partner', de: 'Partner' } },
  { idCode: 'WEB', name: { fr: 'Internet', en: 'Internet', de: 'Internet' } },
];

/** Code, name, telephone prefix, currency. */
export const COUNTRIES: readonly (readonly [string, string, string, string])[] = [
  ['FR', 'France', '33', 'EUR'],
  ['BE', 'Belgium', '32', 'EUR'],
  ['CH', 'Switzerland', '41', 'CHF'],
  ['DE', 'Germany', '49', 'EUR'],
  ['AT', 'Austria', '43', 'EUR'],
  ['IT', 'Italy', '39', 'EUR'],
  ['ES', 'Spain', '34', 'EUR'],
  ['IE', 'Ireland', '353', 'EUR'],
  ['GB', 'United Kingdom', '44', 'GBP'],
  ['LU', 'Luxembourg', '352', 'EUR'],
  ['NL', 'Netherlands', '31', 'EUR'],
  ['US', 'United States', '1', 'USD'],
];

function family(
  type: ProductFamilyType,
  fr: string,
  en: string,
  de: string,
  contactRequired: boolean,
  reservable: boolean,
): ProductFamilyPlan {
  return { type, name: { fr, en, de }, contactRequired, reservable };
}
