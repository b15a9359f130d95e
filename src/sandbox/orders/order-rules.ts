import { OrderRefusal } from './order-codes.js';
import type { OrderOffice } from './order-office.js';
import type { Order, Sold } from './order.types.js';
import type { PlannedLine } from './planned-lines.js';

/** What must hold for an order as a whole, once the lines are added to it. Throws OrderRefusal. */
export function checkOrder(office: OrderOffice, order: Order, lines: readonly PlannedLine[]): void {
  const added = lines.flatMap((line) => [line, ...line.parts]);
  checkQuantities(order, added);
  checkSeats(office, order, added);
  checkTariffs(office, order, added);
  checkContact(office, order, added);
}

/** Limits are the price's, and count over the order [I]. */
function checkQuantities(order: Order, added: readonly PlannedLine[]): void {
  for (const { sold, tariffId, quantity, minQuantity, maxQuantity } of added) {
    if (quantity < 1) throw new OrderRefusal('quantity', `quantity must be >= 1, got ${quantity}`);
    const key = priceKey(sold, tariffId);
    const total = [...order.operations, ...added]
      .filter((each) => priceKey(each.sold, each.tariffId) === key)
      .reduce((sum, each) => sum + each.quantity, 0);
    if (total >= minQuantity && total <= maxQuantity) continue;
    throw new OrderRefusal(
      'quantity',
      `from ${minQuantity} to ${maxQuantity} of tariff ${tariffId} are sold, got ${total}`,
    );
  }
}

function priceKey(sold: Sold, tariffId: number | null): string {
  switch (sold.kind) {
    case 'performance':
      return `${sold.performance.id}/${sold.seatCategoryId}/${tariffId}/${sold.composedProductId ?? ''}`;
    case 'item':
      return `item ${sold.item.itemId}/${sold.timeslot?.id ?? ''}/${tariffId}`;
    case 'composed':
      return `product ${sold.product.id}/${tariffId}`;
    case 'charge':
      // One more of the same charge is another charge.
      return '';
  }
}

function checkSeats({ world }: OrderOffice, order: Order, added: readonly PlannedLine[]): void {
  const most = world.posConfig.maxSeatsPerPerformance;
  const seats = new Map<number, number>();
  for (const { sold, quantity } of [...order.operations, ...added]) {
    if (sold.kind !== 'performance') continue;
    const count = (seats.get(sold.performance.id) ?? 0) + quantity;
    seats.set(sold.performance.id, count);
    if (count <= most) continue;
    throw new OrderRefusal(
      'maxSeats',
      `at most ${most} seats for performance ${sold.performance.id}, got ${count}`,
    );
  }
}

/** A conditional tariff needs one of the tariffs that it names in the same order. */
function checkTariffs({ catalog }: OrderOffice, order: Order, added: readonly PlannedLine[]): void {
  const tariffIds = new Set([...order.operations, ...added].map(({ tariffId }) => tariffId));
  for (const { tariffId } of added) {
    if (tariffId === null) continue;
    const required = catalog.tariff(tariffId)?.tariff.requiredAudienceSubCategoryIds ?? [];
    if (required.length === 0 || required.some((id) => tariffIds.has(id))) continue;
    throw new OrderRefusal(
      'tariffCondition',
      `tariff ${tariffId} is sold together with one of ${required.join(', ')}`,
    );
  }
}

function checkContact({ world }: OrderOffice, order: Order, added: readonly PlannedLine[]): void {
  if (order.purchaser !== null) return;
  const { productFamilies } = world.posConfig;
  const families = Array.isArray(productFamilies) ? (productFamilies as ProductFamily[]) : [];
  const named = families.find(
    ({ contactRequired, productFamilyType }) =>
      contactRequired && added.some(({ kind }) => kind === productFamilyType),
  );
  if (named)
    throw new OrderRefusal('contactRequired', `${named.productFamilyType} is sold to known contacts only`);
}

interface ProductFamily {
  readonly productFamilyType: string;
  readonly contactRequired: boolean;
}
