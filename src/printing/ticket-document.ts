import { setImmediate } from 'node:timers/promises';
import { A4, drawA4Ticket, drawCutLine } from './a4-ticket.js';
import { LABELS } from './labels.js';
import { Paper } from './paper.js';
import type { PrintableTicket, TicketFormat } from './printable-ticket.js';
import { drawThermalTicket } from './thermal-ticket.js';

export interface PrintingOptions {
  readonly format: TicketFormat;
  /** Epoch ms, the only time in the document; the same tickets and the same time give the same bytes. */
  readonly printedAt: number;
}

/**
 * A PDF: two tickets on each sheet of A4, or one page for each ticket on a roll of 80 mm. At least one ticket. Between
 * tickets other work of the process gets its turn.
 */
export async function printTickets(
  tickets: readonly PrintableTicket[],
  { format, printedAt }: PrintingOptions,
): Promise<Buffer> {
  const [first] = tickets;
  if (first === undefined) throw new RangeError('Cannot print: `tickets` must hold at least one');
  const paper = await Paper.open({
    title: LABELS[first.language].ticket,
    language: first.language,
    createdAt: printedAt,
  });
  for (const [index, ticket] of tickets.entries()) {
    const number = { number: index + 1, of: tickets.length };
    if (format === 'thermal') {
      drawThermalTicket(paper, ticket, number);
    } else {
      const place = index % A4.ticketsPerPage === 0 ? 0 : 1;
      if (place === 0) {
        paper.addPage(A4.width, A4.height);
        drawCutLine(paper);
      }
      drawA4Ticket(paper, ticket, { ...number, place });
    }
    await setImmediate();
  }
  return paper.end();
}
