import type { PrintableTicket } from './printable-ticket.js';
import type { PrintingOptions } from './ticket-document.js';

/** What the thread is asked for: one document. */
export interface PrintingRequest {
  readonly id: number;
  readonly tickets: readonly PrintableTicket[];
  readonly options: PrintingOptions;
}

export type PrintingAnswer =
  { readonly id: number; readonly pdf: Uint8Array } | { readonly id: number; readonly message: string };
