import { bestColor, type AvailabilityColor } from '../domain/availability.js';
import type { Product } from '../domain/catalog.js';
import type { ColorBoard } from './color-board.types.js';

/** The color of a product: its own when it has no performances, else the best of its performances. */
export function colorOfProduct(board: ColorBoard, product: Product): AvailabilityColor {
  if (product.performances.length === 0) return board.product(product.id)?.color ?? 'UNKNOWN';
  return bestColor(product.performances.map(({ id }) => board.performance(id)?.color ?? 'UNKNOWN'));
}
