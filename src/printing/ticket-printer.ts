import type { Worker } from 'node:worker_threads';
import { GatewayError, LimitExceededError } from '../errors.js';
import { startThread } from '../threads.js';
import type { PrintableTicket } from './printable-ticket.js';
import type { PrintingAnswer, PrintingRequest } from './printing-thread.types.js';
import type { PrintingOptions } from './ticket-document.js';

/** Prints on a thread of its own, which starts with the first document and again after it died. */
export interface TicketPrinter {
  /**
   * The PDF. Throws LimitExceededError for more than 200 tickets, and PrinterBusyError while 50 documents wait or when
   * the printer stopped.
   */
  print(tickets: readonly PrintableTicket[], options: PrintingOptions): Promise<Buffer>;
  /** What is not printed yet fails. May be called twice. */
  stop(): Promise<void>;
}

/** Try again: nothing was printed. */
export class PrinterBusyError extends GatewayError {
  readonly code = 'RATE_LIMITED';
  readonly isRetryable = true;
}

export const MAX_TICKETS_IN_DOCUMENT = 200;
const MAX_WAITING = 50;
/** 200 tickets with the largest codes take a tenth of it. */
const DEADLINE_MS = 60_000;
const RETRY_AFTER_MS = 5_000;

interface Waiting {
  readonly resolve: (pdf: Buffer) => void;
  readonly reject: (error: Error) => void;
  readonly deadline: NodeJS.Timeout;
}

export function createTicketPrinter(): TicketPrinter {
  return new ThreadPrinter();
}

class ThreadPrinter implements TicketPrinter {
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #lastId = 0;
  #isStopped = false;

  async print(tickets: readonly PrintableTicket[], options: PrintingOptions): Promise<Buffer> {
    if (tickets.length > MAX_TICKETS_IN_DOCUMENT) {
      throw new LimitExceededError(
        `A document holds at most ${MAX_TICKETS_IN_DOCUMENT} tickets, this one would hold ${tickets.length}`,
      );
    }
    if (this.#isStopped || this.#waiting.size >= MAX_WAITING) {
      throw new PrinterBusyError('The printer has too much to do', { retryAfterMs: RETRY_AFTER_MS });
    }
    const worker = (this.#worker ??= this.#start());
    const id = (this.#lastId += 1);
    return new Promise((resolve, reject) => {
      const deadline = setTimeout(() => void worker.terminate(), DEADLINE_MS).unref();
      this.#waiting.set(id, { resolve, reject, deadline });
      worker.ref();
      const request: PrintingRequest = { id, tickets, options };
      worker.postMessage(request);
    });
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#worker?.terminate();
  }

  #start(): Worker {
    const worker = startThread(new URL('./printing-thread.js', import.meta.url));
    worker.on('message', (answer: PrintingAnswer) => this.#finish(worker, answer));
    let cause: unknown;
    worker.on('error', (error) => (cause = error));
    worker.once('exit', () => {
      this.#worker = null;
      for (const [id, { reject, deadline }] of this.#waiting) {
        clearTimeout(deadline);
        this.#waiting.delete(id);
        reject(
          new PrinterBusyError('The printer ended before the document was ready', {
            cause,
            retryAfterMs: RETRY_AFTER_MS,
          }),
        );
      }
    });
    return worker;
  }

  #finish(worker: Worker, answer: PrintingAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    if (waiting === undefined) return;
    this.#waiting.delete(answer.id);
    clearTimeout(waiting.deadline);
    // An idle printer does not keep the process alive.
    if (this.#waiting.size === 0) worker.unref();
    if ('pdf' in answer) waiting.resolve(Buffer.from(answer.pdf.buffer));
    else waiting.reject(new Error(`the tickets cannot be printed: ${answer.message}`));
  }
}
