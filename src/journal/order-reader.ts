import type { Order } from '../domain/order.js';
import { UnreadableOrderError } from '../errors.js';
import { keyPieces } from './key-pieces.js';
import { isStorable, orderOf, type Sealing } from './order-rows.js';
import type { OrderSelection } from './order-selections.js';
import type { CustomerOrderRow } from './tables.js';

export interface OrderReaderOptions {
  /** For barcodes and holders. */
  readonly sealing: Sealing;
  /** Told of each order that a list was answered without, each time. */
  readonly onUnreadable?: (error: UnreadableOrderError) => void;
}

/** How far a list goes on behind orders that cannot be read. */
const MOST_ROWS_PER_LIST = 2_000;

/** Reads the orders of a selection. Who asks for one is told that it cannot be read; a list goes on without it. */
export class OrderReader {
  constructor(private readonly options: OrderReaderOptions) {}

  /** Throws UnreadableOrderError. */
  async read(selection: OrderSelection): Promise<readonly Order[]> {
    return (await selection.execute()).map((row) => orderOf(row, this.options.sealing));
  }

  /** By number. Throws UnreadableOrderError. */
  async readByKeys(
    column: 'number' | 's360_order_id',
    keys: readonly string[],
    selection: OrderSelection,
  ): Promise<readonly Order[]> {
    const wanted = [...new Set(keys)].filter(isStorable);
    const orders: Order[] = [];
    for (const piece of keyPieces(wanted)) {
      orders.push(...(await this.read(selection.where(column, 'in', piece).orderBy('number'))));
    }
    return orders;
  }

  /** In the order of `numbers`, each once. */
  async listByNumbers(numbers: readonly string[], selection: OrderSelection): Promise<readonly Order[]> {
    const wanted = [...new Set(numbers)].filter(isStorable);
    const found: Order[] = [];
    for (const piece of keyPieces(wanted)) {
      found.push(...this.#readable(await selection.where('number', 'in', piece).execute()));
    }
    const byNumber = new Map(found.map((order) => [order.number, order]));
    return wanted.flatMap((number) => byNumber.get(number) ?? []);
  }

  /** What cannot be read must not keep the others from whoever asks, so the next take its place. */
  async list(ordered: OrderSelection, limit: number): Promise<readonly Order[]> {
    const orders: Order[] = [];
    for (let offset = 0; offset < MOST_ROWS_PER_LIST;) {
      const rows = await ordered.limit(limit).offset(offset).execute();
      orders.push(...this.#readable(rows));
      if (rows.length < limit || orders.length >= limit) break;
      offset += rows.length;
    }
    return orders.slice(0, limit);
  }

  #readable(rows: readonly CustomerOrderRow[]): Order[] {
    return rows.flatMap((row) => {
      try {
        return orderOf(row, this.options.sealing);
      } catch (error) {
        if (!(error instanceof UnreadableOrderError)) throw error;
        this.options.onUnreadable?.(error);
        return [];
      }
    });
  }
}
