import type { State } from '../model.js';
import type { Text } from './texts.js';

export interface AtlasEventPlan {
  readonly code: string;
  readonly name: Text;
  readonly room: 'auditorium' | 'workshop';
  readonly amount: number;
  readonly days: readonly number[];
  readonly time: string;
  readonly state?: State;
}

/** Events: talks in the auditorium, workshops at the tables. */
export const ATLAS_EVENTS: readonly AtlasEventPlan[] = [
  event(
    'TALK1',
    ['Cartographier les rêves', 'Mapping Dreams', 'Träume kartieren'],
    'auditorium',
    14_000,
    [2, 9],
    '18:30',
  ),
  event(
    'TALK2',
    ['Le sel et la boussole', 'Salt and Compass', 'Salz und Kompass'],
    'auditorium',
    14_000,
    [5],
    '18:30',
  ),
  event(
    'TALK3',
    ["Qui a dessiné l'Afrique ?", 'Who Drew Africa?', 'Wer zeichnete Afrika?'],
    'auditorium',
    14_000,
    [16, 17, 18],
    '18:30',
  ),
  event(
    'FILM1',
    ['Ciné-club : les abysses', 'Film club: The Deep', 'Filmklub: Die Tiefe'],
    'auditorium',
    9_000,
    [4, 11, 25],
    '20:00',
  ),
  event(
    'CONC1',
    ['Concert du dimanche', 'Sunday concert', 'Sonntagskonzert'],
    'auditorium',
    18_000,
    [6, 13, 20],
    '16:00',
  ),
  event(
    'WORK1',
    ['Fabrique ta boussole', 'Build a Compass', 'Bau einen Kompass'],
    'workshop',
    15_000,
    [1, 3, 8, 10],
    '14:00',
  ),
  event(
    'WORK2',
    ['Encre et parchemin', 'Ink & Parchment', 'Tinte und Pergament'],
    'workshop',
    22_000,
    [2, 7, 12],
    '10:30',
  ),
  event(
    'WORK3',
    ['Monstres en pâte à modeler', 'Clay Monsters', 'Monster aus Ton'],
    'workshop',
    12_000,
    [5, 15, 22],
    '14:00',
  ),
  event(
    'WORK4',
    ['Dessiner le vent', 'Drawing the Wind', 'Den Wind zeichnen'],
    'workshop',
    19_000,
    [6],
    '10:30',
  ),
  {
    ...event('WORK5', ['Globes anciens', 'Old Globes', 'Alte Globen'], 'workshop', 25_000, [30], '10:30'),
    state: 'VALIDATED',
  },
  {
    ...event(
      'TALK4',
      ['Conférence reportée', 'Postponed talk', 'Verschobener Vortrag'],
      'auditorium',
      14_000,
      [21],
      '18:30',
    ),
    state: 'CANCELED',
  },
  {
    ...event(
      'TALK5',
      ['Conférence de printemps', 'Spring talk', 'Frühlingsvortrag'],
      'auditorium',
      14_000,
      [60],
      '18:30',
    ),
    state: 'PREPARING',
  },
  {
    ...event(
      'TALK6',
      ['Conférence inaugurale', 'Opening talk', 'Eröffnungsvortrag'],
      'auditorium',
      14_000,
      [-20],
      '18:30',
    ),
    state: 'CLOSED',
  },
];

function event(
  code: string,
  [fr, en, de]: readonly [string, string, string],
  room: AtlasEventPlan['room'],
  amount: number,
  days: readonly number[],
  time: string,
): AtlasEventPlan {
  return { code, name: { fr, en, de }, room, amount, days, time };
}
