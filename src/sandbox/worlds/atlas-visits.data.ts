import type { Text } from './texts.js';

export interface VisitPlan {
  readonly code: string;
  readonly name: Text;
  readonly description: Text;
  /** Thousandths. */
  readonly amount: number;
  readonly guided: boolean;
  /** Departures of a day; none: a ticket for any day. */
  readonly departures: readonly string[];
  /** Days of the week, 0 is Sunday. */
  readonly weekdays: readonly number[];
  readonly quota: number;
  readonly minutes: number;
  readonly themes: readonly string[];
  readonly languages: readonly string[];
  readonly window?: 'open' | 'soon' | 'ended';
}

/** Closed on Mondays. */
const OPEN_DAYS = [0, 2, 3, 4, 5, 6];
const HOURS = ['10:00', '11:00', '12:00', '13:00', '14:00', '15:00', '16:00', '17:00'];

export const VISITS: readonly VisitPlan[] = [
  visit(
    'ENTRY',
    ['Collections permanentes', 'Permanent collection', 'Dauerausstellung'],
    16_000,
    HOURS,
    OPEN_DAYS,
    120,
    90,
  ),
  visit(
    'EXPO1',
    [
      'Terres inconnues : cartes et monstres marins',
      'Terra Incognita: Maps & Sea Monsters',
      'Unbekannte Länder: Karten und Seeungeheuer',
    ],
    21_000,
    HOURS,
    OPEN_DAYS,
    60,
    75,
  ),
  visit(
    'EXPO2',
    [
      'La lumière du Nord, peintres de la mer',
      'Northern Light, Painters of the Sea',
      'Licht des Nordens, Maler des Meeres',
    ],
    19_000,
    ['10:30', '12:30', '14:30', '16:30'],
    OPEN_DAYS,
    45,
    75,
  ),
  visit(
    'NIGHT',
    ['Nocturne du jeudi', 'Thursday late', 'Langer Donnerstag'],
    12_000,
    ['19:00', '20:00'],
    [4],
    80,
    60,
  ),
  {
    ...visit('EXPO3', ['Automates', 'Automata', 'Automaten'], 18_000, ['11:00', '15:00'], [3, 6], 40, 60),
    window: 'soon',
  },
  { ...visit('OPEN', ['Billet permanent', 'Open ticket', 'Jederzeit-Ticket'], 20_000, [], [], 2000, 0) },
  { ...visit('TWODAYS', ['Deux jours', 'Two-day ticket', 'Zweitageskarte'], 28_000, [], [], 600, 0) },
  guided(
    'HIGHLITE',
    ["Les chefs-d'œuvre", 'Highlights tour', 'Höhepunkte'],
    26_000,
    ['11:30', '14:30'],
    OPEN_DAYS,
    ['CLASSIC'],
  ),
  guided(
    'BEHIND',
    ["L'envers du décor", 'Behind the scenes', 'Hinter den Kulissen'],
    34_000,
    ['15:00'],
    [2, 4],
    ['STORES', 'LAB'],
  ),
  guided(
    'FAMTOUR',
    ['Chasse au trésor en famille', 'Family treasure hunt', 'Schatzsuche für Familien'],
    18_000,
    ['10:30'],
    [0, 6],
    ['PIRATES'],
  ),
];

function visit(
  code: string,
  [fr, en, de]: readonly [string, string, string],
  amount: number,
  departures: readonly string[],
  weekdays: readonly number[],
  quota: number,
  minutes: number,
): VisitPlan {
  const description: Text = {
    fr: `<p>${fr}. Fermé le lundi. Dernière entrée une heure avant la fermeture.</p>`,
    en: `<p>${en.replace('&', '&amp;')}. Closed on Mondays. Last admission one hour before closing.</p>`,
    de: `<p>${de}. Montags geschlossen. Letzter Einlass eine Stunde vor Schließung.</p>`,
  };
  const name = { fr, en, de };
  return {
    code,
    name,
    description,
    amount,
    guided: false,
    departures,
    weekdays,
    quota,
    minutes,
    themes: [],
    languages: [],
  };
}

function guided(
  code: string,
  names: readonly [string, string, string],
  amount: number,
  departures: readonly string[],
  weekdays: readonly number[],
  themes: readonly string[],
): VisitPlan {
  return {
    ...visit(code, names, amount, departures, weekdays, 20, 75),
    guided: true,
    themes,
    languages: ['en', 'fr', 'de'],
  };
}
