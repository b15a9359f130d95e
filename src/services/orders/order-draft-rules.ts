import type { CatalogSnapshot } from '../../cache/catalog-snapshot.types.js';
import type { ColorBoard } from '../../cache/color-board.types.js';
import type { AvailabilityColor, ObservedAvailability } from '../../domain/availability.js';
import type { PaymentMethod, PointOfSales } from '../../domain/institution.js';
import type { Order, OrderLine, OrderLineInput, OrderRefusalFacts } from '../../domain/order.js';
import type { CatalogLine } from './order-draft-lines.js';
import type { InputPath, RefusalList } from './order-refusals.js';

/** What the rules about several lines look at besides them. */
export interface RuleContext {
  readonly snapshot: CatalogSnapshot;
  readonly colors: Pick<ColorBoard, 'performance' | 'product'>;
  readonly held?: Pick<Order, 'lines' | 'contactNumber'>;
}

const NOTHING_HELD: NonNullable<RuleContext['held']> = { lines: [], contactNumber: null };

/** Limits of prices, time slots and the point of sales; each counts over all lines it is about, and those already held. */
export function checkQuantities(
  lines: readonly CatalogLine[],
  { snapshot, held: { lines: held } = NOTHING_HELD }: RuleContext,
  refusals: RefusalList,
): void {
  checkPriceLimits(lines, held, refusals);
  const { maxSeatsPerPerformance } = snapshot.pointOfSales;
  const performances = groupedBy(lines, ({ target }) =>
    target.kind === 'performance' ? target.performance.id : null,
  );
  for (const [performanceId, own] of performances) {
    const sum = wantedBy(own) + heldBy(held, (line) => line.performanceId === performanceId);
    if (maxSeatsPerPerformance === null || sum <= maxSeatsPerPerformance) continue;
    const message = `At most ${maxSeatsPerPerformance} seats of a performance in one order, got ${sum}`;
    refusals.add('QUANTITY_LIMIT', [...own.at(-1)!.path, 'quantity'], message);
  }
  const slots = groupedBy(lines, ({ target }) =>
    target.kind === 'item' && target.timeslot !== null ? `${target.item.id}/${target.timeslot.id}` : null,
  );
  for (const own of slots.values()) {
    const { target } = own[0]!;
    const quota = target.kind === 'item' ? (target.timeslot?.quota ?? null) : null;
    const sum = wantedBy(own);
    if (quota === null || sum <= quota) continue;
    const message = `At most ${quota} can be sold of the time slot, got ${sum}`;
    refusals.add('QUANTITY_LIMIT', [...own.at(-1)!.path, 'quantity'], message);
  }
}

function checkPriceLimits(
  lines: readonly CatalogLine[],
  held: readonly OrderLine[],
  refusals: RefusalList,
): void {
  for (const own of groupedBy(lines, samePriceKey).values()) {
    const { price } = own[0]!;
    if (price === null) continue;
    const { input, seatCategoryId } = own[0]!;
    const sum =
      wantedBy(own) +
      heldBy(
        held,
        (line) =>
          line.performanceId === input.performanceId &&
          line.itemId === input.itemId &&
          line.tariffId === input.tariffId &&
          line.seatCategoryId === seatCategoryId,
      );
    const path = [...own.at(-1)!.path, 'quantity'];
    if (price.maxQuantity !== null && sum > price.maxQuantity) {
      const message = `At most ${price.maxQuantity} at this price in one order, got ${sum}`;
      refusals.add('QUANTITY_LIMIT', path, message);
    }
    if (price.minQuantity !== null && sum < price.minQuantity) {
      const message = `At least ${price.minQuantity} at this price in one order, got ${sum}`;
      refusals.add('QUANTITY_LIMIT', path, message);
    }
  }
}

function samePriceKey({ input, seatCategoryId, price }: CatalogLine): string | null {
  if (price === null) return null;
  return `${input.performanceId}/${input.itemId}/${input.tariffId}/${seatCategoryId}`;
}

/**
 * A tariff that requires others needs one of them in the same order, for the same performance or the same product.
 * S-360 says which, not where they must be [I].
 */
export function checkRequiredTariffs(
  lines: readonly CatalogLine[],
  inputs: readonly OrderLineInput[],
  { snapshot, held: { lines: held } = NOTHING_HELD }: RuleContext,
  refusals: RefusalList,
): void {
  const present = new Set<string>();
  for (const { performanceId, tariffId } of [...inputs, ...held]) {
    if (performanceId !== null) present.add(`performance:${performanceId}/${tariffId}`);
  }
  for (const { target, input } of lines) present.add(`product:${target.product.id}/${input.tariffId}`);
  for (const { productId, tariffId } of held) present.add(`product:${productId}/${tariffId}`);
  for (const { path, input, target } of lines) {
    const required = snapshot.tariff(input.tariffId)?.requiredTariffIds ?? [];
    const place =
      target.kind === 'performance' ? `performance:${target.performance.id}` : `product:${target.product.id}`;
    if (required.length === 0 || required.some((id) => present.has(`${place}/${id}`))) continue;
    const codes = required.map((id) => snapshot.tariff(id)?.code ?? id).join(', ');
    const message = `\`${[...path, 'tariffId'].join('.')}\` needs one of ${codes} in the same order, for the same performance or product`;
    refusals.add('TARIFF_NOT_ALLOWED', [...path, 'tariffId'], message);
  }
}

/** Holds what is wanted in all against what S-360 last said is left, in the whole and in each seat category. */
export function checkPlacesLeft(
  lines: readonly CatalogLine[],
  { colors }: RuleContext,
  refusals: RefusalList,
): void {
  const whole = groupedBy(lines, ({ target }) =>
    target.kind === 'performance' ? `performance:${target.performance.id}` : `product:${target.product.id}`,
  );
  for (const own of whole.values()) {
    const { target, path } = own[0]!;
    const observed = observedOf(colors, target);
    if (observed === undefined) continue;
    const member = target.kind === 'performance' ? 'performanceId' : 'itemId';
    const facts: OrderRefusalFacts =
      target.kind === 'performance'
        ? { kind: 'availability', performanceId: target.performance.id, productId: target.product.id }
        : { kind: 'availability', performanceId: null, productId: target.product.id };
    const subject = { path: [...path, member], facts, wanted: wantedBy(own) };
    if (refuseUnlessLeft(subject, observed, refusals)) continue;
    for (const [id, part] of groupedBy(own, ({ seatCategoryId }) => seatCategoryId)) {
      const category = observed.bySeatCategory.find(({ seatCategoryId }) => seatCategoryId === id);
      if (category === undefined) continue;
      const inCategory = { path: [...part[0]!.path, 'seatCategoryId'], facts, wanted: wantedBy(part) };
      refuseUnlessLeft(inCategory, category, refusals);
    }
  }
}

interface Wanted {
  readonly path: InputPath;
  readonly facts: OrderRefusalFacts;
  readonly wanted: number;
}

/** True when it was refused. */
function refuseUnlessLeft(
  { path, facts, wanted }: Wanted,
  { color, remaining }: { readonly color: AvailabilityColor; readonly remaining: number | null },
  refusals: RefusalList,
): boolean {
  const at = `\`${path.join('.')}\``;
  if (color === 'GREY') {
    refusals.add('NOT_ON_SALE', path, `${at} is not on sale at the moment`);
  } else if (color === 'RED') {
    refusals.add('SOLD_OUT', path, `${at} has no places left`, facts);
  } else if (remaining !== null && remaining < wanted) {
    refusals.add('SOLD_OUT', path, `${at} has ${remaining} places left, got ${wanted}`, facts);
  } else {
    return false;
  }
  return true;
}

/** Products of some kinds are sold to known people only. */
export function checkContact(
  lines: readonly CatalogLine[],
  contactNumber: string | null,
  { snapshot, held = NOTHING_HELD }: RuleContext,
  refusals: RefusalList,
): void {
  if (contactNumber !== null || held.contactNumber !== null) return;
  const kinds = new Set(snapshot.pointOfSales.contactRequiredKinds);
  const named = lines.find(({ target }) => kinds.has(target.product.kind));
  if (named === undefined) return;
  const message = `\`contactId\` must be given for products of the kind ${named.target.product.kind}`;
  refusals.add('CONTACT_REQUIRED', ['contactId'], message);
}

/** The payment method that orders are closed on; null when none is configured, or the point of sales does not have it. */
export function pendingAccountOf(
  { paymentMethods }: Pick<PointOfSales, 'paymentMethods'>,
  code: string | null,
): PaymentMethod | null {
  return paymentMethods.find((method) => method.code === code) ?? null;
}

function observedOf(
  colors: RuleContext['colors'],
  target: CatalogLine['target'],
): ObservedAvailability | undefined {
  return target.kind === 'performance'
    ? colors.performance(target.performance.id)
    : colors.product(target.product.id);
}

function wantedBy(lines: readonly CatalogLine[]): number {
  return lines.reduce((sum, { input }) => sum + input.quantity, 0);
}

function heldBy(held: readonly OrderLine[], isMeant: (line: OrderLine) => boolean): number {
  return held.reduce((sum, line) => sum + (isMeant(line) ? line.quantity : 0), 0);
}

/** In the order of their first line; lines with the key null are left out. */
function groupedBy(
  lines: readonly CatalogLine[],
  keyOf: (line: CatalogLine) => string | null,
): ReadonlyMap<string, readonly CatalogLine[]> {
  const groups = new Map<string, CatalogLine[]>();
  for (const line of lines) {
    const key = keyOf(line);
    if (key === null) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [line]);
    else group.push(line);
  }
  return groups;
}
