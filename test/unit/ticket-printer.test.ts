import { monitorEventLoopDelay } from 'node:perf_hooks';
import { describe, expect, it } from 'vitest';
import type { PrintableTicket } from '../../src/printing/printable-ticket.js';
import { printTickets } from '../../src/printing/ticket-document.js';
import { createTicketPrinter, type TicketPrinter } from '../../src/printing/ticket-printer.js';
import { LimitExceededError } from '../../src/errors.js';
import { failureOf } from '../support/failure.js';
import { printableTicket } from '../support/printable-tickets.js';

const OPTIONS = { format: 'a4', printedAt: Date.UTC(2026, 0, 12) } as const;

describe('the printer', () => {
  it('prints on its thread what is printed beside it, one document after the other', async () => {
    await using printer = openPrinter();
    const tickets = [printableTicket(), printableTicket({ seat: 'Stalls, row F, seat 13' })];
    const [first, second] = await Promise.all([
      printer.print(tickets, OPTIONS),
      printer.print(tickets.toReversed(), { ...OPTIONS, format: 'thermal' }),
    ]);
    expect(first.equals(await printTickets(tickets, OPTIONS))).toBe(true);
    expect(second.equals(await printTickets(tickets.toReversed(), { ...OPTIONS, format: 'thermal' }))).toBe(
      true,
    );
  });

  it('lets everything else go on while it prints 100 tickets', async () => {
    await using printer = openPrinter();
    await printer.print([printableTicket()], OPTIONS);
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const pdf = await printer.print(manyTickets(100), OPTIONS);
    delay.disable();
    expect(pdf.length).toBeGreaterThan(50_000);
    // In this process it would be more than a second; a machine with other work may stall by itself.
    expect(delay.percentile(90) / 1e6).toBeLessThan(50);
  });

  it('refuses more tickets than a document may hold', async () => {
    await using printer = openPrinter();
    const error = await failureOf(printer.print(manyTickets(201), OPTIONS));
    expect(error).toBeInstanceOf(LimitExceededError);
    expect(error.message).toContain('at most 200 tickets, this one would hold 201');
  });

  it('refuses more documents than it can have waiting, and goes on with those it has', async () => {
    await using printer = openPrinter();
    const taken = Array.from({ length: 50 }, () =>
      printer.print([printableTicket({ barcode: null })], OPTIONS),
    );
    expect(await failureOf(printer.print([printableTicket()], OPTIONS))).toMatchObject({
      code: 'RATE_LIMITED',
      isRetryable: true,
      retryAfterMs: 5_000,
    });
    expect(new Set((await Promise.all(taken)).map(({ length }) => length > 0))).toEqual(new Set([true]));
  });

  it('says that a document cannot be printed, and prints the next one', async () => {
    await using printer = openPrinter();
    await expect(printer.print([], OPTIONS)).rejects.toThrow('`tickets` must hold at least one');
    expect((await printer.print([printableTicket()], OPTIONS)).subarray(0, 5).toString()).toBe('%PDF-');
  });

  it('fails what it has not printed when it is stopped', async () => {
    const printer = createTicketPrinter();
    const failure = failureOf(printer.print(manyTickets(50), OPTIONS));
    await printer.stop();
    await printer.stop();
    expect(await failure).toMatchObject({ isRetryable: true });
    expect(await failureOf(printer.print([printableTicket()], OPTIONS))).toMatchObject({ isRetryable: true });
  });
});

function manyTickets(count: number): PrintableTicket[] {
  return Array.from({ length: count }, (_, index) =>
    printableTicket({ barcode: { value: `0100006400779060000${index}`, symbology: 'QR' } }),
  );
}

function openPrinter(): TicketPrinter & AsyncDisposable {
  const printer = createTicketPrinter();
  return Object.assign(printer, { [Symbol.asyncDispose]: () => printer.stop() });
}
