import { everywhere, type Text } from './texts.js';

/** A piece of the repertoire. */
export interface Work {
  readonly composer: string;
  readonly title: Text;
}

export const SYMPHONIC: readonly Work[] = [
  ...numbered('Ludwig van Beethoven', 'Symphonie', 'Symphony', 'Sinfonie', [3, 5, 6, 7, 9]),
  ...numbered('Gustav Mahler', 'Symphonie', 'Symphony', 'Sinfonie', [1, 2, 4, 5, 9]),
  ...numbered('Johannes Brahms', 'Symphonie', 'Symphony', 'Sinfonie', [1, 2, 3, 4]),
  ...numbered('Anton Bruckner', 'Symphonie', 'Symphony', 'Sinfonie', [4, 7, 8]),
  ...numbered('Dmitri Chostakovitch', 'Symphonie', 'Symphony', 'Sinfonie', [5, 8, 10]),
  ...numbered('Jean Sibelius', 'Symphonie', 'Symphony', 'Sinfonie', [2, 5]),
  ...numbered('Piotr Ilitch Tchaïkovski', 'Symphonie', 'Symphony', 'Sinfonie', [4, 5, 6]),
  ...numbered('Sergueï Rachmaninov', 'Concerto pour piano', 'Piano Concerto', 'Klavierkonzert', [2, 3]),
  ...numbered('Camille Saint-Saëns', 'Concerto pour violoncelle', 'Cello Concerto', 'Cellokonzert', [1]),
  work('Hector Berlioz', 'Symphonie fantastique', 'Symphonie fantastique', 'Symphonie fantastique'),
  work('Antonín Dvořák', 'Symphonie du Nouveau Monde', 'New World Symphony', 'Sinfonie aus der Neuen Welt'),
  work('Claude Debussy', 'La Mer', 'La Mer', 'La Mer'),
  work('Maurice Ravel', 'Daphnis et Chloé', 'Daphnis and Chloe', 'Daphnis und Chloe'),
  work('Igor Stravinsky', 'Le Sacre du printemps', 'The Rite of Spring', 'Le sacre du printemps'),
  work(
    'Modeste Moussorgski',
    "Tableaux d'une exposition",
    'Pictures at an Exhibition',
    'Bilder einer Ausstellung',
  ),
  work('Richard Strauss', 'Une vie de héros', "A Hero's Life", 'Ein Heldenleben'),
  work('Lili Boulanger', "D'un matin de printemps", 'Of a Spring Morning', 'An einem Frühlingsmorgen'),
  work('Louise Farrenc', 'Symphonie n° 3', 'Symphony No. 3', 'Sinfonie Nr. 3'),
];

export const PIANO: readonly Work[] = [
  work('Jean-Sébastien Bach', 'Variations Goldberg', 'Goldberg Variations', 'Goldberg-Variationen'),
  work('Frédéric Chopin', 'Vingt-quatre préludes', 'Twenty-four Preludes', 'Vierundzwanzig Préludes'),
  work('Frédéric Chopin', 'Ballades', 'Ballades', 'Balladen'),
  work('Franz Schubert', 'Sonate en si bémol majeur', 'Sonata in B-flat major', 'Sonate B-Dur'),
  work('Franz Liszt', 'Sonate en si mineur', 'Sonata in B minor', 'Sonate h-Moll'),
  work('Robert Schumann', 'Kreisleriana', 'Kreisleriana', 'Kreisleriana'),
  work('Claude Debussy', 'Images', 'Images', 'Images'),
  work('Erik Satie', 'Gymnopédies & Gnossiennes', 'Gymnopédies & Gnossiennes', 'Gymnopédies & Gnossiennes'),
  work('Maurice Ravel', 'Gaspard de la nuit', 'Gaspard de la nuit', 'Gaspard de la nuit'),
  work('Clara Schumann', 'Romances', 'Romances', 'Romanzen'),
];

export const CHAMBER: readonly Work[] = [
  work('Franz Schubert', 'La Jeune Fille et la Mort', 'Death and the Maiden', 'Der Tod und das Mädchen'),
  work('Franz Schubert', 'Quintette « La Truite »', '"Trout" Quintet', 'Forellenquintett'),
  work('Johannes Brahms', 'Quintette avec clarinette', 'Clarinet Quintet', 'Klarinettenquintett'),
  work(
    'Olivier Messiaen',
    'Quatuor pour la fin du Temps',
    'Quartet for the End of Time',
    'Quartett auf das Ende der Zeit',
  ),
  work('Felix Mendelssohn', 'Octuor', 'Octet', 'Oktett'),
  work('Béla Bartók', 'Quatuor à cordes n° 4', 'String Quartet No. 4', 'Streichquartett Nr. 4'),
  work('Joseph Haydn', 'Quatuors « Soleil »', '"Sun" Quartets', 'Sonnenquartette'),
  work('Fanny Hensel', 'Trio avec piano', 'Piano Trio', 'Klaviertrio'),
];

export const BAROQUE: readonly Work[] = [
  work('Jean-Sébastien Bach', 'Passion selon saint Matthieu', 'St Matthew Passion', 'Matthäus-Passion'),
  work(
    'Jean-Sébastien Bach',
    'Concertos brandebourgeois',
    'Brandenburg Concertos',
    'Brandenburgische Konzerte',
  ),
  work('Georg Friedrich Haendel', 'Le Messie', 'Messiah', 'Der Messias'),
  work('Antonio Vivaldi', 'Les Quatre Saisons', 'The Four Seasons', 'Die vier Jahreszeiten'),
  work('Claudio Monteverdi', 'Vêpres de la Vierge', 'Vespers of the Blessed Virgin', 'Marienvesper'),
  work('Henry Purcell', 'Didon et Énée', 'Dido and Aeneas', 'Dido und Aeneas'),
  work('Barbara Strozzi', 'Cantates', 'Cantatas', 'Kantaten'),
];

export const OPERA: readonly Work[] = [
  work('Wolfgang Amadeus Mozart', 'Don Giovanni', 'Don Giovanni', 'Don Giovanni'),
  work('Wolfgang Amadeus Mozart', 'La Flûte enchantée', 'The Magic Flute', 'Die Zauberflöte'),
  work('Giuseppe Verdi', 'La Traviata', 'La Traviata', 'La Traviata'),
  work('Georges Bizet', 'Carmen', 'Carmen', 'Carmen'),
  work('Richard Wagner', "L'Or du Rhin", 'The Rhinegold', 'Das Rheingold'),
  work('Giacomo Puccini', 'La Bohème', 'La Bohème', 'La Bohème'),
  work('Claude Debussy', 'Pelléas et Mélisande', 'Pelléas and Mélisande', 'Pelléas und Mélisande'),
];

export const JAZZ: readonly Work[] = [
  work('', 'Nuit du swing', 'Night of Swing', 'Nacht des Swing'),
  work('', 'Hommage au blues du delta', 'A Tribute to the Delta Blues', 'Hommage an den Delta-Blues'),
  work('', 'Cordes & cuivres', 'Strings & Brass', 'Saiten & Blech'),
  work('', 'Carte blanche', 'Carte blanche', 'Carte blanche'),
  work('', 'Tango après minuit', 'Tango After Midnight', 'Tango nach Mitternacht'),
];

export const FAMILY: readonly Work[] = [
  work('Sergueï Prokofiev', 'Pierre et le Loup', 'Peter and the Wolf', 'Peter und der Wolf'),
  work('Camille Saint-Saëns', 'Le Carnaval des animaux', 'The Carnival of the Animals', 'Karneval der Tiere'),
  work('Piotr Ilitch Tchaïkovski', 'Casse-Noisette', 'The Nutcracker', 'Der Nussknacker'),
  work('', 'Mon premier orchestre', 'My First Orchestra', 'Mein erstes Orchester'),
  work('Paul Dukas', "L'Apprenti sorcier", "The Sorcerer's Apprentice", 'Der Zauberlehrling'),
];

/** Invented. */
export const PERFORMERS = {
  orchestras: [
    'Orchestre des Deux Rives',
    'Philharmonie de Valmont',
    'Nordhaven Symphony Orchestra',
    'Kammerphilharmonie Lindental',
    'Orchestra della Riviera Nuova',
    'Sinfonia Aurelia',
    'Orchestre national de Brume',
  ],
  conductors: [
    'Élise Vautrin',
    'Tomás Arriaga Luz',
    'Ingrid Sølvberg',
    'Matthias Oberholt',
    'Yuki Harashima',
    'Daniel Ferrand-Roche',
    'Ljubica Petrović',
  ],
  pianists: [
    'Anouk Delmas',
    'Pavel Zorin',
    'Mei-Lan Chou',
    'Arthur Lindqvist',
    'Sofia Benedetti',
    'Karim Haddad',
  ],
  quartets: ['Quatuor Alcyon', 'Quartetto Lume', 'Birkenhain Quartett', 'Quatuor Sept Collines'],
  baroque: ['Les Violes de la Cour', 'Concerto Smeraldo', 'La Petite Chapelle'],
  singers: ['Marguerite Saint-Yves', 'Johan Ekdal', 'Chiara Montalbano', 'Thandi Mokoena'],
  jazz: ['Nina Calloway Trio', 'Grand Orchestre Minuit', 'Ousmane Diarra Quintet', 'Cuarteto Farolito'],
} as const;

function work(composer: string, fr: string, en: string, de: string): Work {
  return { composer, title: { fr, en, de } };
}

function numbered(composer: string, fr: string, en: string, de: string, numbers: readonly number[]): Work[] {
  return numbers.map((number) =>
    work(composer, `${fr} n° ${number}`, `${en} No. ${number}`, `${de} Nr. ${number}`),
  );
}

/** Kinds of evenings, how many of a hundred they are, and who plays. */
export const GENRES: readonly {
  readonly code: string;
  readonly name: Text;
  readonly percent: number;
  readonly works: readonly Work[];
  readonly performers: readonly (readonly string[])[];
  readonly room: 'grand' | 'studio' | 'standing';
  /** Thousandths: the best seat at the full price, from and to. */
  readonly amounts: readonly [number, number];
  readonly minutes: number;
}[] = [
  genre(
    'SYMPH',
    'Symphonique',
    'Orchestral',
    'Sinfonik',
    36,
    SYMPHONIC,
    [PERFORMERS.orchestras, PERFORMERS.conductors],
    'grand',
    [62_000, 120_000],
    125,
  ),
  genre(
    'PIANO',
    'Piano',
    'Piano',
    'Klavier',
    18,
    PIANO,
    [PERFORMERS.pianists],
    'grand',
    [45_000, 75_000],
    95,
  ),
  genre(
    'CHAMBER',
    'Musique de chambre',
    'Chamber music',
    'Kammermusik',
    16,
    CHAMBER,
    [PERFORMERS.quartets],
    'studio',
    [28_000, 40_000],
    85,
  ),
  genre(
    'BAROQUE',
    'Baroque',
    'Baroque',
    'Barock',
    10,
    BAROQUE,
    [PERFORMERS.baroque, PERFORMERS.singers],
    'grand',
    [55_000, 85_000],
    140,
  ),
  genre(
    'OPERA',
    'Opéra en concert',
    'Opera in concert',
    'Oper konzertant',
    7,
    OPERA,
    [PERFORMERS.orchestras, PERFORMERS.singers],
    'grand',
    [80_000, 145_000],
    190,
  ),
  genre('JAZZ', 'Jazz', 'Jazz', 'Jazz', 7, JAZZ, [PERFORMERS.jazz], 'standing', [26_000, 38_000], 100),
  genre(
    'FAMILY',
    'En famille',
    'For families',
    'Für Familien',
    6,
    FAMILY,
    [PERFORMERS.orchestras],
    'studio',
    [16_000, 22_000],
    55,
  ),
];

export type Genre = (typeof GENRES)[number];

function genre(
  code: string,
  fr: string,
  en: string,
  de: string,
  percent: number,
  works: readonly Work[],
  performers: readonly (readonly string[])[],
  room: Genre['room'],
  amounts: readonly [number, number],
  minutes: number,
): Genre {
  return { code, name: { fr, en, de }, percent, works, performers, room, amounts, minutes };
}

/** The composer and the piece; the piece alone where it has no composer. */
export function nameOf({ composer, title }: Work): readonly Text[] {
  return composer === '' ? [title] : [everywhere(composer), title];
}
