import type { BlockPlan, RoomPlan, SitePlan } from './rooms.js';
import type { TariffGroupPlan } from './tariffs.js';
import type { Text } from './texts.js';

export const ARENA_SITE: SitePlan = {
  code: 'ARENA',
  name: 'Limmat-Arena',
  street: 'Am Sihlfeld 60',
  zipcode: '8099',
  town: 'Zürich',
  countryCode: 'CH',
};

/** Stock of season tickets, and of the lounges. */
export const SEASON_CONTINGENT = 'SAISON';
export const LOUNGE_CONTINGENT = 'LOUNGE';

const LOWER_ROWS = 30;
const LOWER_SEATS = 44;
const UPPER_ROWS = 35;
const UPPER_SEATS = 42;
const STANDING_PLACES = 2520;

/** 60,000 places in 40 blocks: 20 below, 16 above, three standing for those at home and one for their guests. */
export const BOWL: RoomPlan = {
  code: 'BOWL',
  name: { fr: 'Stade, football', en: 'Stadium, football', de: 'Stadion, Fussball' },
  kind: 'MIXED',
  site: ARENA_SITE,
  space: { code: 'BOWL', name: { fr: 'Stade', en: 'Stadium', de: 'Stadion' } },
  categories: [
    category('CAT1', 'Tribune basse, milieu', 'Lower tier, centre', 'Unterrang Mitte'),
    category('CAT2', 'Tribune basse, angle', 'Lower tier, corner', 'Unterrang Ecke'),
    category('CAT3', 'Tribune basse, virage', 'Lower tier, end', 'Unterrang Kurve'),
    category('CAT4', 'Tribune haute, milieu', 'Upper tier, centre', 'Oberrang Mitte'),
    category('CAT5', 'Tribune haute, angle', 'Upper tier, corner', 'Oberrang Ecke'),
    category('CAT6', 'Tribune haute, virage', 'Upper tier, end', 'Oberrang Kurve'),
    category('STEH', 'Debout', 'Standing', 'Stehplatz'),
    category('GAST', 'Visiteurs, debout', 'Visitors, standing', 'Gästesektor'),
  ],
  blocks: [
    ...[101, 102, 103, 104, 111, 112, 113, 114].flatMap((block) => lowerBlock(block, 'CAT1')),
    ...[105, 110, 115, 120].flatMap((block) => lowerBlock(block, 'CAT2')),
    ...[106, 107, 108, 109, 116, 117, 118, 119].flatMap((block) => lowerBlock(block, 'CAT3')),
    ...[201, 202, 203, 209, 210, 211].map((block) => upperBlock(block, 'CAT4')),
    ...[204, 208, 212, 216].map((block) => upperBlock(block, 'CAT5')),
    ...[205, 206, 207, 213, 214, 215].map((block) => upperBlock(block, 'CAT6')),
    ...['S1', 'S2'].map((block) => standingBlock(block, 'STEH')),
    { ...standingBlock('S3', 'STEH'), contingent: SEASON_CONTINGENT },
    standingBlock('G1', 'GAST'),
  ],
};

/** Shares of the best seat's price, in the order of the categories. */
export const BOWL_SHARES = [1, 0.8, 0.65, 0.7, 0.55, 0.4, 0.3, 0.35] as const;

export const ARENA_TARIFFS: readonly TariffGroupPlan[] = [
  {
    code: 'EINZEL',
    name: { fr: 'Grand public', en: 'General public', de: 'Einzelkarten' },
    main: 'OCCASIONAL',
    secondary: 'INDIVIDUAL',
    tariffs: [
      { code: 'VOLL', name: { fr: 'Adulte', en: 'Adult', de: 'Erwachsene' }, kind: 'FULL', share: 1 },
      {
        code: 'ERM',
        name: { fr: 'AVS, étudiant', en: 'Concession', de: 'AHV, Studierende' },
        kind: 'REDUCED',
        share: 0.75,
      },
      {
        code: 'KIND',
        name: { fr: "Enfant jusqu'à 15 ans", en: 'Child up to 15', de: 'Kind bis 15' },
        kind: 'REDUCED',
        share: 0.4,
        requires: ['VOLL', 'ERM'],
        crossSeatCategory: false,
      },
      { code: 'BEGL', name: { en: 'Carer', de: 'Begleitperson' }, kind: 'FREE', share: 0, requires: ['ERM'] },
    ],
  },
  {
    code: 'SAISON',
    name: { fr: "Dans l'abonnement", en: 'Season ticket holders', de: 'Saisonkarten' },
    main: 'INSIDE_SEASONTICKET',
    secondary: 'INDIVIDUAL',
    tariffs: [
      {
        code: 'SK-VOLL',
        name: { fr: 'Abonnement adulte', en: 'Season, adult', de: 'Saisonkarte Erwachsene' },
        kind: 'FULL',
        share: 1,
      },
      {
        code: 'SK-ERM',
        name: { fr: 'Abonnement réduit', en: 'Season, concession', de: 'Saisonkarte ermässigt' },
        kind: 'REDUCED',
        share: 0.7,
      },
    ],
  },
  {
    code: 'FANKLUB',
    name: { fr: 'Communauté de supporters', en: 'Supporters', de: 'Fanklub' },
    main: 'MEMBER',
    secondary: 'COMMUNITY',
    tariffs: [
      { code: 'FAN', name: { en: 'Supporter', de: 'Fanklub-Mitglied' }, kind: 'REDUCED', share: 0.85 },
    ],
  },
];

/** Invented clubs. */
export const HOME = 'FC Limmat 04';
export const LEAGUE_OPPONENTS = [
  'SC Rheinbrück',
  'FC Lac-Bleu',
  'AC Verzasca',
  'FC Aarefeld',
  'Étoile du Jorat',
  'BSC Bärengraben',
  'FC Säntis',
  'US Maggia',
  'FC Rotsee',
  'Stade Sarinien',
  'SV Albula',
  'FC Bise Noire',
  'AS Ceresio',
  'FC Titlis',
  'Servan Athlétique',
  'FC Munot',
  'SC Hochalp',
] as const;
export const CUP_OPPONENTS = ['FC Grimsel & Furka', 'SC Rheinbrück', 'Union Broye'] as const;
export const FRIENDLY_OPPONENTS = ['Atlético Faro Norte', 'Harbour Rovers'] as const;
export const WOMEN_OPPONENTS = ['SC Rheinbrück', 'AC Verzasca'] as const;

/** The categories that season tickets are sold for, with their price for a season in thousandths. */
export const SEASON_TICKET_ITEMS: readonly {
  readonly name: Text;
  readonly amount: number;
  readonly quota: number;
}[] = [
  {
    name: { fr: 'Tribune basse, milieu', en: 'Lower tier, centre', de: 'Unterrang Mitte' },
    amount: 890_000,
    quota: 2464,
  },
  {
    name: { fr: 'Tribune basse, angle', en: 'Lower tier, corner', de: 'Unterrang Ecke' },
    amount: 690_000,
    quota: 1760,
  },
  {
    name: { fr: 'Tribune basse, virage', en: 'Lower tier, end', de: 'Unterrang Kurve' },
    amount: 520_000,
    quota: 3520,
  },
  { name: { fr: 'Debout', en: 'Standing', de: 'Stehplatz' }, amount: 290_000, quota: 2520 },
];

/** The front two thirds are for everybody; season tickets have the rest, the lounges the last rows of the centre. */
function lowerBlock(block: number, categoryCode: string): BlockPlan[] {
  const area = { code: 'UNTER', name: { fr: 'Tribune basse', en: 'Lower tier', de: 'Unterrang' } };
  const zone = { area, block: String(block), category: categoryCode };
  const openRows = 20;
  const loungeRows = categoryCode === 'CAT1' ? 3 : 0;
  const seasonRows = LOWER_ROWS - openRows - loungeRows;
  const seats = LOWER_SEATS;
  return [
    { ...zone, rows: { count: openRows, seats } },
    { ...zone, contingent: SEASON_CONTINGENT, rows: { count: seasonRows, seats, from: openRows + 1 } },
    ...(loungeRows === 0
      ? []
      : [
          {
            ...zone,
            contingent: LOUNGE_CONTINGENT,
            rows: { count: loungeRows, seats, from: openRows + seasonRows + 1 },
          },
        ]),
  ];
}

function upperBlock(block: number, categoryCode: string): BlockPlan {
  const area = { code: 'OBER', name: { fr: 'Tribune haute', en: 'Upper tier', de: 'Oberrang' } };
  return {
    area,
    block: String(block),
    category: categoryCode,
    rows: { count: UPPER_ROWS, seats: UPPER_SEATS },
  };
}

function standingBlock(block: string, categoryCode: string): BlockPlan {
  const area = { code: 'STEH', name: { fr: 'Places debout', en: 'Standing areas', de: 'Stehplätze' } };
  return { area, block, category: categoryCode, places: STANDING_PLACES };
}

function category(code: string, fr: string, en: string, de: string): RoomPlan['categories'][number] {
  return { code, name: { fr, en, de } };
}
