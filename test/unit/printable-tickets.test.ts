import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDecimal } from '../../src/domain/money.js';
import type { OrderLine } from '../../src/domain/order.js';
import { printableTickets, type PrintingFacts } from '../../src/services/tickets/printable-tickets.js';
import { anOrder, aTicket } from '../support/order-records.js';

const FACTS: PrintingFacts = {
  institutionName: 'Lyric Hall',
  timeZone: 'Europe/Paris',
  symbology: 'AZTEC',
  languages: ['fr-CH', 'en'],
};
const EUR = { code: 'EUR', fractionDigits: 2 };

describe('tickets made ready for printing', () => {
  it('take everything from the order, in the language asked for', () => {
    const order = anOrder({
      institution: 'lyric',
      state: 'CLOSED',
      s360FileId: '580031',
      currency: EUR,
      lines: [aLine()],
      tickets: [
        aTicket({ seatLabel: 'Rang F, place 12', holder: 'Zoë', barcode: ' 0042 ', unitMilli: 45_500n }),
      ],
    });
    expect(printableTickets(order, FACTS)).toEqual([
      {
        language: 'fr',
        institution: 'Lyric Hall',
        product: 'Soirée d’hiver',
        performance: 'Deuxième soir',
        start: { date: 'samedi 14 février 2026', time: '20:00', zone: 'Europe/Paris, UTC+01:00' },
        venue: 'Grande salle',
        address: '12 rue du Théâtre, 75009 Paris',
        seatCategory: 'Catégorie 1',
        seat: 'Rang F, place 12',
        tariff: 'Plein tarif',
        price: '45.50 EUR',
        holder: 'Zoë',
        reference: '580031',
        state: 'VALID',
        barcode: { value: ' 0042 ', symbology: 'AZTEC' },
      },
    ]);
  });

  it.each([
    [['en-GB'], 'en', 'Saturday 14 February 2026', 'Winter evening'],
    [['de'], 'de', 'Samstag, 14. Februar 2026', 'Soirée d’hiver'],
    [['ja', 'de-AT'], 'de', 'Samstag, 14. Februar 2026', 'Soirée d’hiver'],
    [[], 'en', 'Saturday 14 February 2026', 'Soirée d’hiver'],
  ])('speak %j', (languages, language, date, product) => {
    const [ticket] = printableTickets(closed(), { ...FACTS, languages });
    expect(ticket).toMatchObject({ language, start: { date }, product });
  });

  it.each([
    ['Europe/Paris', '2026-07-01T18:00:00Z', '20:00', 'Europe/Paris, UTC+02:00', 'mercredi 1er juillet 2026'],
    [
      'America/New_York',
      '2026-02-15T01:30:00Z',
      '20:30',
      'America/New_York, UTC-05:00',
      'samedi 14 février 2026',
    ],
    [
      'Asia/Kathmandu',
      '2026-02-14T20:00:00Z',
      '01:45',
      'Asia/Kathmandu, UTC+05:45',
      'dimanche 15 février 2026',
    ],
    ['Nowhere/Land', '2026-02-14T19:00:00Z', '19:00', 'UTC, UTC+00:00', 'samedi 14 février 2026'],
  ])('show the clock of %s', (timeZone, instant, time, zone, date) => {
    const order = closed({ names: { ...aLine().names, startsAt: Date.parse(instant) } });
    const [ticket] = printableTickets(order, { ...FACTS, timeZone });
    expect(ticket!.start).toEqual({ time, zone, date });
  });

  it('show from when to when a timeslot lasts, and only when a performance begins', () => {
    const names = { ...aLine().names, endsAt: Date.parse('2026-02-14T19:30:00Z') };
    const timeOf = (line: Partial<OrderLine>): string | undefined =>
      printableTickets(closed(line), FACTS)[0]!.start?.time;
    expect(timeOf({ names, timeslotId: '5' })).toBe('20:00 – 20:30');
    expect(timeOf({ names })).toBe('20:00');
  });

  it('print every amount as it is', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n }),
        fc.constantFrom(0, 2, 3),
        (unitMilli, fractionDigits) => {
          const currency = { code: 'XTS', fractionDigits };
          const order = { ...closed(), currency, tickets: [aTicket({ unitMilli })] };
          const [ticket] = printableTickets(order, FACTS);
          expect(ticket!.price).toBe(`${formatDecimal(unitMilli, fractionDigits)} XTS`);
        },
      ),
    );
  });

  it('are void when their order was cancelled, whatever they say themselves', () => {
    const tickets = [aTicket(), aTicket({ state: 'INVALIDATED' }), aTicket({ state: 'NOT_PRINTED' })];
    const states = printableTickets({ ...closed(), state: 'CANCELLED', tickets }, FACTS);
    expect(states.map(({ state }) => state)).toEqual(['CANCELLED', 'INVALIDATED', 'CANCELLED']);
  });

  it('find their line by S-360’s operation, and lose nothing when there is none', () => {
    const second = aLine({ operationId: '72', names: { ...aLine().names, product: [['fr', 'Autre']] } });
    const order = {
      ...closed(),
      lines: [aLine(), second],
      tickets: [aTicket({ operationId: '72' }), aTicket(), aTicket({ operationId: '99', barcode: '7' })],
    };
    const tickets = printableTickets(order, FACTS);
    expect(tickets.map(({ product }) => product)).toEqual(['Autre', 'Soirée d’hiver', 'Lyric Hall']);
    expect(tickets[2]).toMatchObject({ start: null, venue: null, barcode: { value: '7' } });
  });
});

function closed(line: Partial<OrderLine> = {}): ReturnType<typeof anOrder> {
  return anOrder({ state: 'CLOSED', currency: EUR, lines: [aLine(line)], tickets: [aTicket()] });
}

function aLine(facts: Partial<OrderLine> = {}): OrderLine {
  return {
    operationId: '71',
    productId: '1',
    performanceId: '2',
    itemId: null,
    timeslotId: null,
    tariffId: '3',
    seatCategoryId: '4',
    seatIds: [],
    quantity: 1,
    unitMilli: 45_000n,
    names: {
      product: [
        ['fr', 'Soirée d’hiver'],
        ['en', 'Winter evening'],
      ],
      productCode: 'WINTER',
      performance: [['fr', 'Deuxième soir']],
      item: [],
      tariff: [['fr', 'Plein tarif']],
      seatCategory: [['fr', 'Catégorie 1']],
      venue: [['fr', 'Grande salle']],
      venueAddress: '12 rue du Théâtre, 75009 Paris',
      startsAt: Date.parse('2026-02-14T19:00:00Z'),
      endsAt: null,
    },
    ...facts,
  };
}
