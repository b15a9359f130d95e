import { parentPort } from 'node:worker_threads';
import type { PrintingAnswer, PrintingRequest } from './printing-thread.types.js';
import { printTickets } from './ticket-document.js';

/** The thread that sets pages: fonts and barcodes cost tens of milliseconds, which no query must wait for. */
const port = parentPort!;

function answer(message: PrintingAnswer, transfer: readonly ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}

async function print({ id, tickets, options }: PrintingRequest): Promise<void> {
  try {
    const pdf = Uint8Array.from(await printTickets(tickets, options));
    answer({ id, pdf }, [pdf.buffer]);
  } catch (error) {
    answer({ id, message: error instanceof Error ? error.message : String(error) });
  }
}

/** One after the other: the first one asked for is the first one done. */
let last: Promise<void> = Promise.resolve();
port.on('message', (request: PrintingRequest) => {
  last = last.then(() => print(request));
});
