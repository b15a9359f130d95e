import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SYMBOLOGIES } from '../../src/domain/symbology.js';
import { encodeBarcode } from '../../src/printing/barcode.js';
import { LABELS, type PrintLanguage } from '../../src/printing/labels.js';
import type { PrintableTicket, TicketFormat } from '../../src/printing/printable-ticket.js';
import { printTickets } from '../../src/printing/ticket-document.js';
import { metadataOf, pagesOf, type PdfPage, type PdfRun } from '../support/pdf-pages.js';
import { printableTicket } from '../support/printable-tickets.js';
import { brightness, scan, type Scan } from '../support/scanner.js';

/** What the printers of each format have. */
const DPI: Readonly<Record<TicketFormat, number>> = { a4: 300, thermal: 203 };
const FORMATS = ['a4', 'thermal'] as const;
const PRINTED_AT = Date.UTC(2026, 0, 12, 9);
const MIXED = 'IMP-00042/aZ9+x~#^FNC1\\065%3D "q" <&> {[|]}@!;:,._';
const LONG = 'Wagner und die Kunst der unendlichen Melodie '.repeat(5).slice(0, 200);

async function print(tickets: readonly PrintableTicket[], format: TicketFormat): Promise<PdfPage[]> {
  return pagesOf(await printTickets(tickets, { format, printedAt: PRINTED_AT }), DPI[format]);
}

/** Codes in the order of their tickets: page by page, from top to bottom. */
async function scanAll(pages: readonly PdfPage[]): Promise<Scan[]> {
  const found: Scan[] = [];
  for (const page of pages) found.push(...(await scan(page)).sort((a, b) => a.box.top - b.box.top));
  return found;
}

describe.each(FORMATS)('a printed code on %s', (format) => {
  it.each([
    ['24 digits with leading zeros', '000000640077906000010417'],
    ['one character', '7'],
    ['50 mixed characters', MIXED],
  ])('scans in every symbology with %s', async (_what, value) => {
    const tickets = SYMBOLOGIES.map((symbology) => printableTicket({ barcode: { value, symbology } }));
    const found = await scanAll(await print(tickets, format));
    expect(found.map((code) => [code.symbology, code.value])).toEqual(
      SYMBOLOGIES.map((symbology) => [symbology, value]),
    );
  });

  it('scans beyond ASCII in every square symbology', async () => {
    const barcodes = (['QR', 'AZTEC', 'DATAMATRIX', 'PDF417'] as const).map((symbology) => ({
      value: 'Ζ-0042 Zürich 座席',
      symbology,
    }));
    const found = await scanAll(
      await print(
        barcodes.map((barcode) => printableTicket({ barcode })),
        format,
      ),
    );
    expect(found.map(({ symbology, value }) => ({ symbology, value }))).toEqual(barcodes);
  });

  it('scans with 512 characters', async () => {
    const value = 'Aa0-'.repeat(128);
    const barcodes = (['QR', 'AZTEC', 'DATAMATRIX', 'PDF417'] as const).map((symbology) => ({
      value,
      symbology,
    }));
    const found = await scanAll(
      await print(
        barcodes.map((barcode) => printableTicket({ barcode })),
        format,
      ),
    );
    expect(found.map(({ symbology, value }) => ({ symbology, value }))).toEqual(barcodes);
  });

  it('scans with more bytes than a text of ASCII could have', async () => {
    const barcodes = (['QR', 'DATAMATRIX', 'PDF417'] as const).map((symbology) => ({
      value: 'é'.repeat(symbology === 'QR' ? 512 : 400),
      symbology,
    }));
    const found = await scanAll(
      await print(
        barcodes.map((barcode) => printableTicket({ barcode })),
        format,
      ),
    );
    expect(found.map(({ symbology, value }) => ({ symbology, value }))).toEqual(barcodes);
  });

  it('scans whatever printable values a document has', async () => {
    const barcode = fc.record({
      value: fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 50 }),
      symbology: fc.constantFrom(...SYMBOLOGIES),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(barcode, { minLength: 2, maxLength: 2 }), async (barcodes) => {
        const found = await scanAll(
          await print(
            barcodes.map((barcode) => printableTicket({ barcode })),
            format,
          ),
        );
        expect(found.map(({ value, symbology }) => ({ value, symbology }))).toEqual(barcodes);
      }),
      { numRuns: 4 },
    );
  });

  it.each(SYMBOLOGIES)(
    'stands alone in its quiet zone as %s, also beside very long names',
    async (symbology) => {
      const value = '310000640077906000010417';
      const pages = await print([longTicket({ barcode: { value, symbology } })], format);
      const page = pages[0]!;
      const [code] = await scan(page);
      expect(code).toMatchObject({ value, symbology });
      const zone = quietZone(code!, value, format);
      let darkest = 255;
      for (let y = Math.ceil(zone.outer.top); y < zone.outer.bottom - 1; y += 1) {
        for (let x = Math.ceil(zone.outer.left); x < zone.outer.right - 1; x += 1) {
          if (!zone.isInside(x, y)) darkest = Math.min(darkest, brightness(page, x, y));
        }
      }
      expect(darkest).toBeGreaterThan(250);
      const beside: string[] = [];
      for (const run of page.runs) {
        const { top, bottom } = verticalExtent(run);
        const isBeside =
          run.right > zone.outer.left &&
          run.left < zone.outer.right &&
          bottom > zone.outer.top &&
          top < zone.outer.bottom;
        if (isBeside) beside.push(run.text);
      }
      expect(beside).toEqual([]);
    },
  );

  it.each(['QR', 'AZTEC', 'DATAMATRIX', 'PDF417'] as const)(
    'is at least 30 mm wide as %s',
    async (symbology) => {
      const value = '310000640077906000010417';
      const [page] = await print([printableTicket({ barcode: { value, symbology } })], format);
      const [code] = await scan(page!);
      const { outer } = quietZone(code!, value, format);
      expect(((outer.right - outer.left) / DPI[format]) * 25.4).toBeGreaterThanOrEqual(30);
    },
  );
});

describe.each(FORMATS)('a printed ticket on %s', (format) => {
  it('says what, when, where, which seat, which tariff, for how much and for whom', async () => {
    const ticket = printableTicket();
    const [page] = await print([ticket], format);
    for (const text of [
      'Lyric Hall',
      'A Winter Evening with',
      'Second evening',
      'Saturday 14 February 2026, 20:00',
      'Local time: Europe/Paris, UTC+01:00',
      'Lyric Hall, Great Auditorium',
      '12 rue du Théâtre, 75009 Paris',
      'Category 1',
      'Stalls, row F, seat 12',
      'Full price',
      '45.00 EUR',
      'Zoë Müller-Østergård',
      '580031',
      'Ticket 1 / 1',
      '010000640077906000010417',
    ]) {
      expect(page!.text).toContain(text);
    }
  });

  it.each<[PrintLanguage, string[]]>([
    ['en', ['Category', 'Seat', 'Tariff', 'Price', 'Order']],
    ['fr', ['Catégorie', 'Place', 'Tarif', 'Prix', 'Commande', 'Billet 1 / 1']],
    ['de', ['Kategorie', 'Platz', 'Tarif', 'Preis', 'Bestellung', 'Ticket 1 / 1']],
  ])('is labelled in %s', async (language, words) => {
    const [page] = await print([printableTicket({ language })], format);
    for (const word of words) expect(page!.text).toContain(word);
  });

  it.each(['CANCELLED', 'INVALIDATED'] as const)('shows a bar and no code when it is %s', async (state) => {
    for (const language of ['en', 'fr', 'de'] as const) {
      const [page] = await print([printableTicket({ state, language })], format);
      expect(await scan(page!)).toEqual([]);
      expect(page!.text).toContain(LABELS[language].cancelled);
      expect(page!.text).not.toContain('10417');
    }
  });

  it('shows the value of a code that its symbology cannot hold, and says so', async () => {
    const [page] = await print(
      [printableTicket({ barcode: { value: 'Zürich-1', symbology: 'CODE128' } })],
      format,
    );
    expect(await scan(page!)).toEqual([]);
    expect(page!.text).toContain('The code cannot be drawn');
    expect(page!.text).toContain('Zürich-1');
  });

  it('says that there is no code yet', async () => {
    const [page] = await print([printableTicket({ barcode: null })], format);
    expect(page!.text).toContain('no code for this ticket yet');
  });

  it('sets Greek, Cyrillic and accents, and replaces visibly what the font lacks', async () => {
    const [page] = await print(
      [
        printableTicket({
          product: 'Ζορμπάς Щелкунчик Dvořák',
          venue: '座席 🎫 Hall',
          holder: 'a\u0000b\u202ec\nd',
        }),
      ],
      format,
    );
    expect(page!.text).toContain('Ζορμπάς Щелкунчик');
    expect(page!.text).toContain('Dvořák');
    expect(page!.text).toContain('\ufffd\ufffd \ufffd Hall');
    expect(page!.text).toContain('a\ufffdbc d');
  });

  it.each([
    ['200 characters each', longTicket()],
    ['200 characters in one word', longTicket({}, 'W'.repeat(200))],
    ['200 narrow characters', longTicket({}, 'i'.repeat(200))],
    ['a code across the ticket', longTicket({ barcode: { value: MIXED, symbology: 'CODE128' } })],
    ['a bar', longTicket({ state: 'CANCELLED' }, 'W'.repeat(200))],
  ])('keeps names of any length on the page and apart from each other: %s', async (_what, ticket) => {
    const pages = await print([ticket, ticket], format);
    for (const page of pages) {
      const margin = (3 / 25.4) * DPI[format];
      const isOutside = (run: PdfRun): boolean => {
        const { top, bottom } = verticalExtent(run);
        const isInside = run.left > margin && run.right < page.width - margin;
        return !isInside || top < margin || bottom > page.height - margin;
      };
      expect(page.runs.filter(isOutside)).toEqual([]);
      const pairs = page.runs.flatMap((run, index) =>
        page.runs
          .slice(index + 1)
          .filter((other) => overlaps(run, other))
          .map((other) => [run.text, other.text]),
      );
      expect(pairs).toEqual([]);
    }
  });
});

describe('a document of tickets', () => {
  it('puts two tickets on each sheet of A4', async () => {
    const pages = await print([printableTicket(), printableTicket(), printableTicket()], 'a4');
    expect(pages.map(({ size }) => [Math.round(size.width), Math.round(size.height)])).toEqual([
      [210, 297],
      [210, 297],
    ]);
  });

  it('gives each ticket a page of the roll as long as what is on it', async () => {
    const pages = await print([printableTicket(), longTicket()], 'thermal');
    expect(pages.map(({ size }) => Math.round(size.width))).toEqual([80, 80]);
    expect(pages[1]!.size.height).toBeGreaterThan(pages[0]!.size.height + 30);
  });

  it.each(FORMATS)('is the same bytes for the same tickets and time on %s', async (format) => {
    const tickets = [printableTicket(), longTicket()];
    const first = await printTickets(tickets, { format, printedAt: PRINTED_AT });
    const second = await printTickets(tickets, { format, printedAt: PRINTED_AT });
    const later = await printTickets(tickets, { format, printedAt: PRINTED_AT + 1000 });
    expect(second.equals(first)).toBe(true);
    expect(later.equals(first)).toBe(false);
  });

  it('has nothing about a person in its metadata', async () => {
    const pdf = await printTickets([printableTicket()], { format: 'a4', printedAt: PRINTED_AT });
    const info = await metadataOf(pdf);
    expect(info).toMatchObject({ Title: 'Ticket', Creator: 'Foyer', CreationDate: 'D:20260112090000Z' });
    expect(JSON.stringify(info)).not.toMatch(/Zoë|580031|10417|Winter/);
  });

  it('refuses to print nothing', async () => {
    await expect(printTickets([], { format: 'a4', printedAt: PRINTED_AT })).rejects.toThrow('`tickets`');
  });
});

function longTicket(changes: Partial<PrintableTicket> = {}, name = LONG): PrintableTicket {
  return printableTicket({
    institution: name,
    product: name,
    performance: name,
    venue: name,
    address: name,
    seatCategory: name,
    seat: name,
    tariff: name,
    holder: name,
    reference: name,
    ...changes,
  });
}

/** The code with what must stay white around it, in pixels. */
function quietZone(code: Scan, value: string, format: TicketFormat) {
  const modules = encodeBarcode(value, code.symbology!);
  const xs = modules.bars.flatMap(({ x, width }) => [x, x + width]);
  const black = { from: Math.min(...xs), to: Math.max(...xs) };
  const module = (code.box.right - code.box.left) / (black.to - black.from);
  const zone = { x: black.from * module, y: modules.symbology === 'CODE128' ? 0 : 2 * module };
  const { left, right, top, bottom } = code.box;
  // The decoder tells corners to about a module, and a printer's dot may be grey at an edge.
  const slack = module + (format === 'thermal' ? 1 : 2);
  return {
    outer: { left: left - zone.x, right: right + zone.x, top: top - zone.y, bottom: bottom + zone.y },
    isInside: (x: number, y: number) =>
      x > left - slack && x < right + slack && y > top - slack && y < bottom + slack,
  };
}

/** Of the letters themselves, which is less than the height of a line. */
function verticalExtent({ base, size }: PdfRun): { readonly top: number; readonly bottom: number } {
  return { top: base - size * 0.78, bottom: base + size * 0.22 };
}

function overlaps(one: PdfRun, other: PdfRun): boolean {
  const [a, b] = [verticalExtent(one), verticalExtent(other)];
  const isApart =
    one.right <= other.left || other.right <= one.left || a.bottom <= b.top || b.bottom <= a.top;
  return !isApart;
}
