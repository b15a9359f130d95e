/** The printer's own words on a ticket. */
export interface Labels {
  readonly seatCategory: string;
  readonly seat: string;
  readonly tariff: string;
  readonly price: string;
  readonly holder: string;
  readonly order: string;
  readonly ticket: string;
  /** Before the venue's time zone. */
  readonly localTime: string;
  readonly cancelled: string;
  /** Beneath the bar of a ticket that was cancelled, and of one that was replaced by another. */
  readonly cancelledNote: string;
  readonly invalidatedNote: string;
  readonly noCodeYet: string;
  /** S-360's value does not fit the symbology; it stands beneath as text. */
  readonly codeNotPrintable: string;
}

export type PrintLanguage = 'en' | 'fr' | 'de';

export const LABELS: Readonly<Record<PrintLanguage, Labels>> = {
  en: {
    seatCategory: 'Category',
    seat: 'Seat',
    tariff: 'Tariff',
    price: 'Price',
    holder: 'Name',
    order: 'Order',
    ticket: 'Ticket',
    localTime: 'Local time: ',
    cancelled: 'CANCELLED',
    cancelledNote: 'This ticket was cancelled. It does not admit anybody.',
    invalidatedNote: 'This ticket was replaced by another one. It does not admit anybody.',
    noCodeYet: 'There is no code for this ticket yet. Please print it again later.',
    codeNotPrintable: 'The code cannot be drawn. Please show this number at the entrance:',
  },
  fr: {
    seatCategory: 'Catégorie',
    seat: 'Place',
    tariff: 'Tarif',
    price: 'Prix',
    holder: 'Nom',
    order: 'Commande',
    ticket: 'Billet',
    localTime: 'Heure locale : ',
    cancelled: 'ANNULÉ',
    cancelledNote: 'Ce billet a été annulé. Il ne donne pas accès.',
    invalidatedNote: 'Ce billet a été remplacé par un autre. Il ne donne pas accès.',
    noCodeYet: 'Ce billet n’a pas encore de code. Veuillez l’imprimer de nouveau plus tard.',
    codeNotPrintable: 'Le code ne peut pas être dessiné. Veuillez présenter ce numéro à l’entrée :',
  },
  de: {
    seatCategory: 'Kategorie',
    seat: 'Platz',
    tariff: 'Tarif',
    price: 'Preis',
    holder: 'Name',
    order: 'Bestellung',
    ticket: 'Ticket',
    localTime: 'Ortszeit: ',
    cancelled: 'STORNIERT',
    cancelledNote: 'Dieses Ticket wurde storniert. Es berechtigt nicht zum Einlass.',
    invalidatedNote: 'Dieses Ticket wurde durch ein anderes ersetzt. Es berechtigt nicht zum Einlass.',
    noCodeYet: 'Dieses Ticket hat noch keinen Code. Bitte später erneut drucken.',
    codeNotPrintable: 'Der Code lässt sich nicht zeichnen. Bitte diese Nummer am Eingang zeigen:',
  },
};

/** The first language that the printer speaks, `fr-CH` being French; English when it is none of them. */
export function printLanguage(languages: readonly string[]): PrintLanguage {
  for (const language of languages) {
    const primary = language.toLowerCase().split(/[-_]/, 1)[0];
    if (primary === 'en' || primary === 'fr' || primary === 'de') return primary;
  }
  return 'en';
}
