import type { TicketState } from '../domain/order.js';
import type { Symbology } from '../domain/symbology.js';
import type { PrintLanguage } from './labels.js';

/** How wide the paper is: a sheet at home, or the roll of 80 mm at a counter. */
export type TicketFormat = 'a4' | 'thermal';

export const TICKET_FORMATS: readonly TicketFormat[] = ['a4', 'thermal'];

/** All that is printed of one ticket, as people read it, in one language. Null is left out. */
export interface PrintableTicket {
  /** Of the printer's own words; names are in it too where S-360 has them. */
  readonly language: PrintLanguage;
  readonly institution: string;
  readonly product: string;
  /** Null when it goes by its product's name. */
  readonly performance: string | null;
  readonly start: PrintedStart | null;
  readonly venue: string | null;
  readonly address: string | null;
  readonly seatCategory: string | null;
  readonly seat: string | null;
  readonly tariff: string | null;
  /** Decimal with currency: `240.00 EUR`. */
  readonly price: string;
  readonly holder: string | null;
  /** The number by which the box office finds the order. */
  readonly reference: string;
  /** CANCELLED and INVALIDATED are printed without their code. */
  readonly state: TicketState;
  /** Null while S-360 gave none. */
  readonly barcode: PrintedBarcode | null;
}

export interface PrintedBarcode {
  /** Exactly as S-360 sent it. */
  readonly value: string;
  readonly symbology: Symbology;
}

/** A moment on the venue's clock. */
export interface PrintedStart {
  /** `Saturday 14 February 2026`. */
  readonly date: string;
  /** `20:00`, or `10:00 – 10:30` for a timeslot. */
  readonly time: string;
  /** `Europe/Paris, UTC+01:00`. */
  readonly zone: string;
}
