import type { State } from '../model.js';
import type { Text } from './texts.js';

/** What is bought without a date; `family` decides where its items hang. */
export interface SimpleProductPlan {
  readonly code: string;
  readonly name: Text;
  readonly family: 'MEMBERSHIP' | 'GOODS' | 'SERVICE';
  readonly items: readonly (readonly [Text, number])[];
  readonly quota: number;
  readonly state?: State;
}

export const SIMPLE_PRODUCTS: readonly SimpleProductPlan[] = [
  {
    code: 'FRIENDS',
    name: { fr: 'Amis du musée', en: 'Friends of the museum', de: 'Freunde des Museums' },
    family: 'MEMBERSHIP',
    items: [
      [{ fr: 'Solo', en: 'Single', de: 'Einzeln' }, 55_000],
      [{ fr: 'Duo', en: 'Double', de: 'Zu zweit' }, 85_000],
      [{ fr: 'Famille', en: 'Family', de: 'Familie' }, 110_000],
    ],
    quota: 800,
  },
  {
    code: 'YOUNG',
    name: { fr: 'Carte jeune', en: 'Young card', de: 'Junge Karte' },
    family: 'MEMBERSHIP',
    items: [[{ fr: 'Carte', en: 'Card', de: 'Karte' }, 20_000]],
    quota: 250,
  },
  {
    code: 'CATALOG',
    name: { fr: "Catalogue d'exposition", en: 'Exhibition catalogue', de: 'Ausstellungskatalog' },
    family: 'GOODS',
    items: [
      [{ fr: 'Broché', en: 'Paperback', de: 'Broschiert' }, 35_000],
      [{ fr: 'Relié', en: 'Hardback', de: 'Gebunden' }, 59_000],
    ],
    quota: 120,
  },
  {
    code: 'POSTER',
    name: { fr: 'Affiche', en: 'Poster', de: 'Plakat' },
    family: 'GOODS',
    items: [[{ fr: '50 × 70 cm', en: '50 × 70 cm', de: '50 × 70 cm' }, 18_000]],
    quota: 200,
  },
  {
    code: 'TSHIRT',
    name: {
      fr: 'T-shirt « Ici les dragons »',
      en: '"Here Be Dragons" T-shirt',
      de: 'T-Shirt „Hier sind Drachen“',
    },
    family: 'GOODS',
    items: ['S', 'M', 'L', 'XL'].map((size) => [{ fr: size, en: size, de: size }, 24_000] as const),
    quota: 60,
  },
  {
    code: 'GLOBE',
    name: { en: 'Pocket globe' },
    family: 'GOODS',
    items: [[{}, 42_000]],
    quota: 30,
    state: 'SUSPENDED',
  },
  {
    code: 'AUDIO',
    name: { fr: 'Audioguide', en: 'Audio guide', de: 'Audioguide' },
    family: 'SERVICE',
    items: [
      [{ fr: 'Français', en: 'French', de: 'Französisch' }, 5_000],
      [{ fr: 'Anglais', en: 'English', de: 'Englisch' }, 5_000],
      [{ fr: 'Allemand', en: 'German', de: 'Deutsch' }, 5_000],
    ],
    quota: 150,
  },
  {
    code: 'LOCKER',
    name: { fr: 'Consigne', en: 'Locker', de: 'Schließfach' },
    family: 'SERVICE',
    items: [[{ fr: 'Journée', en: 'Day', de: 'Tag' }, 3_000]],
    quota: 80,
  },
];
