import type { Performance, Product, State } from '../model.js';
import type { Random } from '../random.js';
import { CATEGORY_SHARES } from './lyric.data.js';
import { GENRES, nameOf, type Genre } from './lyric.works.js';
import { gridPrices, salePeriods, type SaleWindow } from './prices.js';
import type { Room } from './rooms.js';
import type { BuildingSite } from './site.js';
import type { TariffTable } from './tariffs.js';
import { everywhere, joined, mapped, translated, type Text } from './texts.js';

/** What all concerts of a season have in common. */
export interface ConcertHouse {
  readonly site: BuildingSite;
  readonly rooms: Readonly<Record<Genre['room'], Room>>;
  readonly tariffs: TariffTable;
  readonly topicIdByGenre: ReadonlyMap<string, number>;
  readonly vatCodeId: number;
  /** Letter that the product codes begin with. */
  readonly codeLetter: string;
}

export interface ConcertPlan {
  /** From 0; decides about genre, programme, day and number of evenings. */
  readonly index: number;
  /** Days after today. */
  readonly day: number;
  readonly state?: State;
  readonly window?: SaleWindow;
}

const SOLD_TARIFFS = ['PLEIN', 'SENIOR', 'JEUNE', 'ENFANT', 'ACCOMP', 'ABONNE'];
const EVENINGS = ['20:00', '20:30', '19:30'] as const;
const ALERT_RATIOS = [5, 10, 15, 20] as const;
/** Later evenings of a run cost this much more. */
const SECOND_EVENING = 1.1;

/** A concert with its performances, prices and places. */
export function buildConcert(house: ConcertHouse, plan: ConcertPlan): Product {
  const { site, topicIdByGenre, vatCodeId, codeLetter } = house;
  const { index } = plan;
  const random = site.random.fork(`concert ${codeLetter}${index}`);
  const genre = genreOf(index);
  const programme = programmeOf(genre, random);
  const id = site.ids.next('product');
  const code = `${codeLetter}${String(index + 1).padStart(4, '0')}`;
  const topicId = topicIdByGenre.get(genre.code);

  site.stock.setAlertRatio(id, random.pick(ALERT_RATIOS));
  return {
    id,
    code,
    externalName: translated(programme.name),
    description: translated(programme.description),
    productFamilyType: 'SINGLE_ENTRY',
    state: plan.state ?? 'RUNNING',
    vatCodeId,
    minQuantity: 1,
    exchangeable: index % 4 !== 0,
    logo: `/images/lyric/${code.toLowerCase()}-logo.png`,
    largeImageUrl: `https://media.lyric.example/concerts/${code.toLowerCase()}.jpg`,
    topicIds: topicId === undefined ? [] : [topicId],
    crossSellProductLinks: [],
    event: { performances: performancesOf(house, plan, genre, id, random) },
  };
}

/** 180 concerts make 240 performances: every 36th has three, five of 18 have two. */
export function eveningsOf(index: number): number {
  if (index % 36 === 0) return 3;
  return index % 18 < 15 && index % 3 === 1 ? 2 : 1;
}

function performancesOf(
  { site, rooms, tariffs }: ConcertHouse,
  { index, day, window = 'open' }: ConcertPlan,
  genre: Genre,
  productId: number,
  random: Random,
): Performance[] {
  const room = rooms[genre.room];
  const amount = Math.round(random.between(genre.amounts[0], genre.amounts[1]) / 1000) * 1000;
  const sold = tariffs.pick(SOLD_TARIFFS);
  const performances = Array.from({ length: eveningsOf(index) }, (_, evening): Performance => {
    const onDay = day + evening;
    const isSunday = site.calendar.weekday(onDay) === 0;
    const id = site.ids.next('performance');
    site.stock.addPerformance(productId, id, room);
    return {
      id,
      state: 'RUNNING',
      start: site.calendar.at(onDay, isSunday || genre.code === 'FAMILY' ? '16:00' : EVENINGS[index % 3]!),
      duration: genre.minutes * 60,
      physicalConfigurationId: room.configuration.id,
      seatCategories: room.seatCategories,
      prices: gridPrices({
        fullAmount: amount * (evening === 0 ? 1 : SECOND_EVENING),
        categoryShares: CATEGORY_SHARES[genre.room],
        seatCategories: room.seatCategories,
        tariffs: sold,
        periodsOf: (tariff) => salePeriods(site.calendar, tariff, window, onDay),
      }),
    };
  });
  // S-360 does not sort them, so the order in which they come must not matter to anybody.
  return performances.length > 2 ? performances.toReversed() : performances;
}

function genreOf(index: number): Genre {
  // 37 and 100 have no common factor, so a hundred concerts in a row meet each per cent once.
  let percent = (index * 37) % 100;
  return GENRES.find((genre) => (percent -= genre.percent) < 0) ?? GENRES[0]!;
}

function programmeOf(genre: Genre, random: Random): { name: Text; description: Text } {
  const main = random.pick(genre.works);
  const opening = random.pick(genre.works);
  const performers = genre.performers.map((names) => random.pick(names));
  const composer = main.composer.split(' ').at(-1) ?? '';
  const name =
    composer === ''
      ? joined([everywhere(performers[0]!), main.title], ': ')
      : joined([everywhere(composer), main.title], ', ');
  const pieces = opening === main ? [main] : [opening, main];
  const list = joined(
    pieces.map((piece) => mapped((locale) => `<li>${joined(nameOf(piece), ', ')[locale] ?? ''}</li>`)),
    '',
  );
  const notes = random.pick(NOTES);
  const players = performers.join(', ');
  const description = mapped(
    (locale) =>
      `<p><strong>${players}</strong></p><ul>${list[locale] ?? ''}</ul><p>${notes[locale] ?? ''}</p>`,
  );
  return { name, description };
}

const NOTES: readonly Text[] = [
  {
    fr: "Une soirée portée par l'acoustique du lieu&nbsp;: les cordes respirent, les vents chantent, le silence compte autant que les notes.",
    en: 'An evening carried by the acoustics of the room: the strings breathe, the winds sing, and silence counts as much as the notes.',
    de: 'Ein Abend, den die Akustik des Saals trägt: Die Streicher atmen, die Bläser singen, und die Stille zählt so viel wie die Töne.',
  },
  {
    fr: 'Rencontre avec les artistes une heure avant le concert, au foyer du premier étage. <em>Entrée libre avec le billet.</em>',
    en: 'Meet the artists one hour before the concert, in the foyer on the first floor. <em>Free with your ticket.</em>',
    de: 'Einführung mit den Künstlern eine Stunde vor Beginn im Foyer im ersten Stock. <em>Mit Karte frei.</em>',
  },
  {
    fr: 'Les musiciens reviennent à une œuvre qui a fait leur réputation, et la jouent comme au premier jour.',
    en: 'The musicians return to a work that made their name, and play it as if for the first time.',
    de: 'Die Musiker kehren zu einem Werk zurück, das sie bekannt gemacht hat, und spielen es wie am ersten Tag.',
  },
  {
    fr: 'Concert enregistré. Les retardataires sont placés à la pause. <a href="/acces">Venir à la salle</a>',
    en: 'This concert is recorded. Latecomers are seated at the interval. <a href="/access">How to get here</a>',
    de: 'Das Konzert wird aufgezeichnet. Nacheinlass in der Pause. <a href="/anfahrt">Anfahrt</a>',
  },
];
