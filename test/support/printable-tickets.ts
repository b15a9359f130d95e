import type { PrintableTicket } from '../../src/printing/printable-ticket.js';

/** A valid ticket of a concert; a test spells out only what it is about. */
export function printableTicket(changes: Partial<PrintableTicket> = {}): PrintableTicket {
  return {
    language: 'en',
    institution: 'Lyric Hall',
    product: 'A Winter Evening with the City Philharmonic',
    performance: 'Second evening',
    start: {
      date: 'Saturday 14 February 2026',
      time: '20:00',
      zone: 'Europe/Paris, UTC+01:00',
    },
    venue: 'Lyric Hall, Great Auditorium',
    address: '12 rue du Théâtre, 75009 Paris',
    seatCategory: 'Category 1',
    seat: 'Stalls, row F, seat 12',
    tariff: 'Full price',
    price: '45.00 EUR',
    holder: 'Zoë Müller-Østergård',
    reference: '580031',
    state: 'VALID',
    barcode: { value: '010000640077906000010417', symbology: 'QR' },
    ...changes,
  };
}
