import type { RoomPlan, SitePlan } from './rooms.js';
import type { TariffGroupPlan } from './tariffs.js';

export const LYRIC_SITE: SitePlan = {
  code: 'LYRIC',
  name: 'Le Lyrique',
  street: '18, quai des Tisserands',
  zipcode: '75013',
  town: 'Paris',
  countryCode: 'FR',
};

const STALLS = { code: 'PARTERRE', name: { fr: 'Parterre', en: 'Stalls', de: 'Parkett' } };
const CIRCLE = { code: 'BALCON1', name: { fr: 'Premier balcon', en: 'Dress circle', de: 'Erster Rang' } };
const UPPER = { code: 'BALCON2', name: { fr: 'Deuxième balcon', en: 'Upper circle', de: 'Zweiter Rang' } };
const CHOIR = { code: 'ARRIERE', name: { fr: 'Arrière-scène', en: 'Choir seats', de: 'Chorempore' } };
const BOXES = { code: 'LOGES', name: { fr: 'Loges', en: 'Boxes', de: 'Logen' } };

const GRAND_CATEGORIES = [1, 2, 3, 4, 5].map((number) => category(number));

/** 1,500 seats. The subscribers' contingent is the rear of the stalls. */
export const GRAND_HALL: RoomPlan = {
  code: 'GRAND',
  name: { fr: 'Grande salle, concert', en: 'Grand hall, concert', de: 'Großer Saal, Konzert' },
  kind: 'SEATED',
  site: LYRIC_SITE,
  space: { code: 'GRAND', name: { fr: 'Grande salle', en: 'Grand hall', de: 'Großer Saal' } },
  categories: GRAND_CATEGORIES,
  blocks: [
    { area: STALLS, block: 'CENTRE', category: 'CAT1', rows: { count: 12, seats: 28 } },
    { area: STALLS, block: 'COTES', category: 'CAT2', rows: { count: 10, seats: 20 } },
    {
      area: STALLS,
      block: 'FOND',
      category: 'CAT2',
      contingent: 'ABO',
      rows: { count: 4, seats: 28, from: 13 },
    },
    { area: CIRCLE, block: 'CENTRE', category: 'CAT1', rows: { count: 4, seats: 36 } },
    { area: CIRCLE, block: 'COTES', category: 'CAT3', rows: { count: 6, seats: 30 } },
    { area: BOXES, category: 'CAT2', rows: { count: 12, seats: 4 } },
    { area: UPPER, block: 'CENTRE', category: 'CAT3', rows: { count: 5, seats: 36 } },
    { area: UPPER, block: 'COTES', category: 'CAT4', rows: { count: 6, seats: 32 } },
    { area: CHOIR, category: 'CAT5', rows: { count: 4, seats: 27 } },
  ],
};

/** 320 seats. */
export const STUDIO: RoomPlan = {
  code: 'STUDIO',
  name: { fr: 'Studio, gradins', en: 'Studio, raked seating', de: 'Studio, Tribüne' },
  kind: 'SEATED',
  site: LYRIC_SITE,
  space: { code: 'STUDIO', name: { fr: 'Studio', en: 'Studio', de: 'Studio' } },
  categories: [1, 2, 3, 4].map((number) => category(number)),
  blocks: [
    { area: STALLS, block: 'A', category: 'CAT1', rows: { count: 5, seats: 20 } },
    { area: STALLS, block: 'B', category: 'CAT2', rows: { count: 5, seats: 20, from: 6 } },
    { area: CIRCLE, block: 'C', category: 'CAT3', rows: { count: 4, seats: 20 } },
    { area: CIRCLE, block: 'D', category: 'CAT4', rows: { count: 2, seats: 20, from: 5 } },
  ],
};

/** The grand hall without its stalls seats: 700 standing places, unnumbered, and seats in the circles. */
export const STANDING_HALL: RoomPlan = {
  ...GRAND_HALL,
  code: 'DEBOUT',
  name: {
    fr: 'Grande salle, parterre debout',
    en: 'Grand hall, standing stalls',
    de: 'Großer Saal, Stehparkett',
  },
  kind: 'MIXED',
  categories: [
    { code: 'DEBOUT', name: { fr: 'Parterre debout', en: 'Standing stalls', de: 'Stehparkett' } },
    ...GRAND_CATEGORIES.slice(0, 3),
  ],
  blocks: [
    { area: STALLS, category: 'DEBOUT', places: 700 },
    { area: CIRCLE, block: 'CENTRE', category: 'CAT1', rows: { count: 4, seats: 36 } },
    { area: CIRCLE, block: 'COTES', category: 'CAT2', rows: { count: 6, seats: 30 } },
    { area: UPPER, category: 'CAT3', rows: { count: 10, seats: 34 } },
  ],
};

/** Shares of the full price for each category of a room, in the room's order. */
export const CATEGORY_SHARES = {
  grand: [1, 0.78, 0.56, 0.36, 0.2],
  studio: [1, 0.82, 0.62, 0.45],
  standing: [0.8, 1, 0.85, 0.6],
} as const;

export const LYRIC_TARIFFS: readonly TariffGroupPlan[] = [
  {
    code: 'INDIV',
    name: { fr: 'Individuels', en: 'Individuals', de: 'Einzelpersonen' },
    main: 'OCCASIONAL',
    secondary: 'INDIVIDUAL',
    tariffs: [
      {
        code: 'PLEIN',
        name: { fr: 'Plein tarif', en: 'Full price', de: 'Normalpreis' },
        kind: 'FULL',
        share: 1,
      },
      {
        code: 'SENIOR',
        name: { fr: 'Plus de 65 ans', en: 'Over 65', de: 'Ab 65 Jahren' },
        kind: 'REDUCED',
        share: 0.9,
      },
      {
        code: 'JEUNE',
        name: { fr: 'Moins de 28 ans', en: 'Under 28', de: 'Unter 28 Jahren' },
        description: { fr: "Sur présentation d'une pièce d'identité", en: 'Proof of age required' },
        kind: 'REDUCED',
        share: 0.5,
      },
      {
        code: 'ENFANT',
        name: { fr: 'Enfant accompagné', en: 'Child with an adult', de: 'Kind in Begleitung' },
        kind: 'REDUCED',
        share: 0.35,
        requires: ['PLEIN', 'SENIOR'],
        crossSeatCategory: false,
      },
      {
        code: 'ACCOMP',
        name: { fr: 'Accompagnateur', en: 'Companion', de: 'Begleitperson' },
        kind: 'FREE',
        share: 0,
        requires: ['PLEIN', 'JEUNE'],
        crossSeatCategory: true,
      },
    ],
  },
  {
    code: 'ABO',
    name: { fr: 'Abonnés', en: 'Subscribers', de: 'Abonnenten' },
    main: 'SUBSCRIBER',
    secondary: 'INDIVIDUAL',
    tariffs: [
      {
        code: 'ABONNE',
        name: { fr: 'Abonné', en: 'Subscriber', de: 'Abonnent' },
        kind: 'REDUCED',
        share: 0.8,
      },
    ],
  },
  {
    code: 'DANSABO',
    name: { fr: "Dans l'abonnement", en: 'Inside a season ticket' },
    main: 'INSIDE_SEASONTICKET',
    secondary: 'INDIVIDUAL',
    tariffs: [
      { code: 'SERIE', name: { fr: 'Série', en: 'Series', de: 'Reihe' }, kind: 'REDUCED', share: 0.7 },
    ],
  },
  {
    code: 'INVIT',
    name: { fr: 'Invités', en: 'Guests' },
    main: 'INVITED',
    secondary: 'FREE',
    tariffs: [
      { code: 'EXO', name: { fr: 'Exonéré', en: 'Complimentary', de: 'Freikarte' }, kind: 'FREE', share: 0 },
    ],
  },
];

function category(number: number): RoomPlan['categories'][number] {
  return {
    code: `CAT${number}`,
    name: {
      fr: `${number === 1 ? '1re' : `${number}e`} catégorie`,
      en: `Category ${number}`,
      de: `Kategorie ${number}`,
    },
  };
}
