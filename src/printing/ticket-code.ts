import { BarcodeError } from './barcode-error.js';
import { encodeBarcode, type BarcodeModules } from './barcode.js';
import { LABELS } from './labels.js';
import type { PrintableTicket } from './printable-ticket.js';

/** What a ticket shows where its code belongs. */
export type TicketCode =
  | { readonly kind: 'drawn'; readonly code: BarcodeModules; readonly value: string }
  /** The value cannot be drawn in the institution's symbology: it is shown as text. */
  | { readonly kind: 'written'; readonly value: string }
  /** It admits nobody, and must not look as if it did. */
  | { readonly kind: 'void'; readonly bar: string; readonly note: string }
  | { readonly kind: 'missing'; readonly note: string };

export function ticketCode({ state, barcode, language }: PrintableTicket): TicketCode {
  const labels = LABELS[language];
  if (state === 'CANCELLED') {
    return { kind: 'void', bar: labels.cancelled, note: labels.cancelledNote };
  }
  if (state === 'INVALIDATED') {
    return { kind: 'void', bar: labels.cancelled, note: labels.invalidatedNote };
  }
  if (barcode === null || barcode.value === '') return { kind: 'missing', note: labels.noCodeYet };
  try {
    return {
      kind: 'drawn',
      code: encodeBarcode(barcode.value, barcode.symbology),
      value: barcode.value,
    };
  } catch (error) {
    if (!(error instanceof BarcodeError)) throw error;
    return { kind: 'written', value: barcode.value };
  }
}
