import type { RoomPlan, SitePlan } from './rooms.js';
import type { TariffGroupPlan } from './tariffs.js';

export const ATLAS_SITE: SitePlan = {
  code: 'ATLAS',
  name: 'Atlas Museum',
  street: '4 Meridian Row',
  zipcode: 'D02 XY45',
  town: 'Dublin',
  countryCode: 'IE',
};

/** Numbered. */
export const AUDITORIUM: RoomPlan = {
  code: 'AUDIT',
  name: { fr: 'Auditorium', en: 'Auditorium', de: 'Auditorium' },
  kind: 'SEATED',
  site: ATLAS_SITE,
  space: { code: 'AUDIT', name: { fr: 'Auditorium', en: 'Auditorium', de: 'Auditorium' } },
  categories: [
    { code: 'FRONT', name: { fr: 'Devant', en: 'Front', de: 'Vorn' } },
    { code: 'REAR', name: { fr: 'Fond', en: 'Rear', de: 'Hinten' } },
  ],
  blocks: [
    {
      area: { code: 'AUD', name: { fr: 'Salle', en: 'Hall', de: 'Saal' } },
      block: 'A',
      category: 'FRONT',
      rows: { count: 6, seats: 16 },
    },
    {
      area: { code: 'AUD', name: { fr: 'Salle', en: 'Hall', de: 'Saal' } },
      block: 'B',
      category: 'REAR',
      rows: { count: 6, seats: 16, from: 7 },
    },
  ],
};

/** Unnumbered: sixteen places round the tables. */
export const WORKSHOP_ROOM: RoomPlan = {
  code: 'ATELIER',
  name: { fr: 'Atelier', en: 'Workshop', de: 'Werkstatt' },
  kind: 'UNSEATED',
  site: ATLAS_SITE,
  space: { code: 'ATELIER', name: { fr: 'Atelier', en: 'Workshop', de: 'Werkstatt' } },
  categories: [{ code: 'LIBRE', name: { fr: 'Placement libre', en: 'Free seating', de: 'Freie Platzwahl' } }],
  blocks: [
    {
      area: { code: 'ATEL', name: { fr: 'Atelier', en: 'Workshop', de: 'Werkstatt' } },
      category: 'LIBRE',
      places: 16,
    },
  ],
};

export const ATLAS_TARIFFS: readonly TariffGroupPlan[] = [
  {
    code: 'INDIV',
    name: { fr: 'Visiteurs', en: 'Visitors', de: 'Besucher' },
    main: 'OCCASIONAL',
    secondary: 'INDIVIDUAL',
    tariffs: [
      { code: 'ADULT', name: { fr: 'Adulte', en: 'Adult', de: 'Erwachsene' }, kind: 'FULL', share: 1 },
      {
        code: 'STUDENT',
        name: { fr: 'Étudiant', en: 'Student', de: 'Studierende' },
        description: {
          fr: 'Carte en cours de validité',
          en: 'With a valid card',
          de: 'Mit gültigem Ausweis',
        },
        kind: 'REDUCED',
        share: 0.65,
      },
      { code: 'SENIOR', name: { fr: 'Senior', en: 'Senior', de: 'Senioren' }, kind: 'REDUCED', share: 0.75 },
      {
        code: 'CHILD',
        name: { fr: 'Enfant (6 à 12 ans)', en: 'Child (6 to 12)', de: 'Kind (6 bis 12)' },
        description: {
          fr: 'Seulement avec un adulte dans la même commande',
          en: 'Only together with an adult',
          de: 'Nur zusammen mit einem Erwachsenen',
        },
        kind: 'REDUCED',
        share: 0.4,
        requires: ['ADULT', 'SENIOR'],
        crossSeatCategory: true,
      },
      {
        code: 'INFANT',
        name: { fr: 'Moins de 6 ans', en: 'Under 6' },
        kind: 'FREE',
        share: 0,
        requires: ['ADULT', 'SENIOR', 'STUDENT'],
        crossSeatCategory: true,
      },
    ],
  },
  {
    code: 'MEMBER',
    name: { fr: 'Membres', en: 'Members', de: 'Mitglieder' },
    main: 'MEMBER',
    secondary: 'INDIVIDUAL',
    tariffs: [
      { code: 'MEMBER', name: { fr: 'Membre', en: 'Member', de: 'Mitglied' }, kind: 'FREE', share: 0 },
    ],
  },
  {
    code: 'GROUP',
    name: { fr: 'Groupes', en: 'Groups', de: 'Gruppen' },
    main: 'OCCASIONAL',
    secondary: 'GROUP',
    tariffs: [
      {
        code: 'SCHOOL',
        name: { fr: 'Groupe scolaire', en: 'School group', de: 'Schulklasse' },
        kind: 'REDUCED',
        share: 0.3,
      },
    ],
  },
];
